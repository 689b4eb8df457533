# SPDX-License-Identifier: GPL-2.0
# Sphinx' configuration; scripts/docs runs it. KERNEL_SOURCE is the directory of
# the kernel's source, from which the directive kernel-doc and its script come.
import glob
import logging
import os
import sys

top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
kernel = os.environ["KERNEL_SOURCE"]
sys.path.insert(0, os.path.join(kernel, "Documentation/sphinx"))

project = "parbiter"
copyright = "the parbiter developers; GPL-2.0"
with open(os.path.join(top, "VERSION"), encoding="utf-8") as f:
    release = f.readline().strip()

extensions = ["kerneldoc"]
kerneldoc_bin = os.path.join(kernel, "scripts/kernel-doc")
kerneldoc_srctree = top
c_id_attributes = ["__user", "__must_check", "__always_inline", "noinline"]

exclude_patterns = ["examples"]
primary_domain = "c"
highlight_language = "none"
nitpicky = False
html_theme = "alabaster"
html_theme_options = {"page_width": "70em", "sidebar_width": "16em"}
html_show_sphinx = False
html_copy_source = False


# internal.rst gets one section for each source file that has kernel-doc, so that
# no file can be forgotten there.
def add_sources(app, docname, source):
    if docname != "internal":
        return
    for path in sorted(glob.glob("src/**/*.[ch]", root_dir=top, recursive=True)):
        with open(os.path.join(top, path), encoding="utf-8") as f:
            text = f.read()
        # What is exported is in reference.rst.
        if text.count("\n/**\n") <= text.count("\nEXPORT_SYMBOL"):
            continue
        source[0] += f"\n{path}\n{'=' * len(path)}\n\n"
        source[0] += f".. kernel-doc:: {path}\n   :internal:\n"


# A structure and a function may have the same name in C, but not for Sphinx.
def is_no_name_clash(record):
    return "Duplicate C declaration" not in record.getMessage()


def setup(app):
    logging.getLogger("sphinx.sphinx.domains.c").addFilter(is_no_name_clash)
    app.connect("source-read", add_sources)
