# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions for virtual machines with UEFI firmware and Secure Boot. To be sourced after
# lib.sh, not run. They add QEMU's arguments to the array args.

ovmf=/usr/share/OVMF

# firmware DIR: use Debian's firmware, which has the keys of Microsoft, as that of a PC. The
# file vars.fd in DIR has its variables; the first use makes it.
firmware() {
	mkdir -p "$1"
	[ -e "$1/vars.fd" ] || cp "$ovmf/OVMF_VARS_4M.ms.fd" "$1/vars.fd"
	# shellcheck disable=SC2054	# the commas are those of QEMU's options
	args+=(-machine q35,smm=on -global driver=cfi.pflash01,property=secure,value=on
		-drive "if=pflash,unit=0,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.ms.fd"
		-drive "if=pflash,unit=1,format=raw,file=$1/vars.fd")
}

# boot_disk ROOT DIR [KERNEL INITRD CMDLINE]: use DIR as the disk with shim, MokManager
# and GRUB of the system in ROOT; GRUB starts the kernel
boot_disk() {
	local root=$1 dir=$2

	mkdir -p "$dir"/EFI/{BOOT,debian}
	cp "$root/usr/lib/shim/shimx64.efi.signed" "$dir/EFI/BOOT/BOOTX64.EFI"
	cp "$root/usr/lib/shim/mmx64.efi.signed" "$dir/EFI/BOOT/mmx64.efi"
	cp "$root/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$dir/EFI/BOOT/grubx64.efi"
	if [ $# -gt 2 ]; then
		cp "$3" "$dir/vmlinuz"
		cp "$4" "$dir/initrd"
		printf '%s\n' "linux /vmlinuz $5" "initrd /initrd" boot >"$dir/EFI/debian/grub.cfg"
	fi
	args+=(-drive "if=none,id=esp,format=raw,readonly=on,file=fat:$dir"
		-device "virtio-blk-pci,drive=esp")
}

# answer TEXT KEYS: wait until the console shows the text, and press keys then
answer() {
	until tail -c "+$((seen + 1))" "$console" | grep -aqF "$1"; do
		kill -0 "$qemu" 2>/dev/null || die "the firmware does not show \"$1\" (see $console)"
		sleep 0.1
	done
	seen=$(stat -c %s "$console")
	# shellcheck disable=SC2059	# keys have escape sequences
	printf "$2" >&4
}

# enroll ROOT DIR PASSWORD CONSOLE: in a machine with the variables in DIR and the disk of
# boot_disk, enroll the keys that "mokutil --import" has left there, by the menus of
# MokManager on the serial console, as an administrator does. CONSOLE is the log.
enroll() {
	local args=() seen=0 console=$4 qemu down='\033[B'

	firmware "$2"
	boot_disk "$1" "$2/disk"
	rm -f "$2/keys"
	mkfifo "$2/keys"
	exec 4<>"$2/keys"
	: >"$console"
	timeout -s KILL 300 qemu-system-x86_64 "${args[@]}" -accel tcg -m 512 -nodefaults \
		-no-reboot -display none -serial stdio <"$2/keys" >"$console" 2>&1 4>&- &
	qemu=$!
	answer "Press any key to perform MOK management" ' '
	answer "Enroll hash from disk" "$down\r"
	answer "View key 0" "$down\r"
	answer "Enroll the key(s)?" "$down\r"
	answer "Password:" "$3\r"
	answer "Reboot" '\r'
	wait "$qemu"
	exec 4>&-
}
