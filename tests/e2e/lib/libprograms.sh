# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Programs for ppdev from Debian's packages. This file is sourced, not run.
#
# Each function ends in exec, so it must run in a process of its own.

# every_call DEVICE: make every call of python3-parallel, documented or not: as the
# owner, not as the owner, and as the owner again
every_call() {
	exec python3 - "$1" <<-'PYTHON'
	import errno, struct, sys
	from parallel import Parallel
	from parallel.parallelppdev import *

	modes = [IEEE1284_MODE_NIBBLE, IEEE1284_MODE_BYTE, IEEE1284_MODE_ECP,
	         IEEE1284_MODE_ECPRLE, IEEE1284_MODE_ECPSWE, IEEE1284_MODE_EPP,
	         IEEE1284_MODE_BECP, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID,
	         IEEE1284_EXT_LINK | 1, IEEE1284_MODE_COMPAT]
	levels = [(0,), (1,)]
	arguments = {
	    "PPDATADIR": levels, "setDataDir": levels,
	    "PPNEGOT": [(mode,) for mode in modes],
	    "PPSETMODE": [(mode,) for mode in modes],
	    "PPSETTIME": [(1.5,)], "floatToTimeval": [(1.5,)],
	    "timevalToFloat": [(struct.pack("ll", 1, 500000),)],
	    "PPWDATA": [(0x55,), (0xaa,)], "setData": [(0,), (0xff,)],
	    "PPWCONTROL": [(lines,) for lines in (0, 0xff, 0x2c, 0x0c)],
	    "PPFCONTROL": [(1, 1), (0xff, 0), (0x20, 0x20), (0x2f, 0x0c)],
	    "PPWCTLONIRQ": [(0x0e,)],
	    "setDataStrobe": levels, "setAutoFeed": levels,
	    "setInitOut": levels, "setSelect": levels,
	}
	apart = ["PPCLAIM", "PPRELEASE"]
	calls = [name for name in dir(Parallel)
	         if not name.startswith("_") and name not in apart]

	def call(name, *args):
	    try:
	        answer = getattr(port, name)(*args)
	    except OSError as error:
	        answer = errno.errorcode[error.errno]
	    except Exception as error:
	        answer = repr(error)
	    print(name, args, answer)

	def all_calls():
	    for name in calls:
	        for args in arguments.get(name, [()]):
	            call(name, *args)

	def interrupt():
	    with open("/dev/parbiter-vport", "wb", buffering=0) as vport:
	        vport.write(b"irq 0")

	port = Parallel(sys.argv[1])
	all_calls()
	interrupt()
	call("PPCLRIRQ")
	call("PPCLRIRQ")
	call("PPCLAIM")
	call("PPEXCL")
	call("PPRELEASE")
	call("PPRELEASE")
	all_calls()
	call("PPCLAIM")
	all_calls()
	PYTHON
}

# pins DEVICE: make the calls of python3-parallel that exist on Windows, too
pins() {
	exec python3 - "$1" <<-'PYTHON'
	import sys
	from parallel import Parallel

	port = Parallel(sys.argv[1])
	for data in range(0, 256, 5):
	    port.setData(data)
	    port.setDataStrobe(data & 1)
	    print(port.getData(), port.getInBusy(), port.getInPaperOut(),
	          port.getInAcknowledge(), port.getInSelected(),
	          port.getInError())
	for line in port.setAutoFeed, port.setSelect, port.setInitOut:
	    for level in 1, 0, 1:
	        line(level)
	port.setDataDir(0)
	print(port.dataDir(), hex(port.getData()))
	PYTHON
}

# own_by_python DEVICE: own the port until standard input ends
own_by_python() {
	exec python3 -c 'if True:
		import sys, parallel
		port = parallel.Parallel(sys.argv[1])
		print("owner", flush=True)
		sys.stdin.read()' "$1"
}

# key_rig DEVICE: key a transmitter; rigctl claims and releases the port for each T
key_rig() {
	exec rigctl -m 1 -P PARALLEL -p "$1" T 1 t T 0 t T 1 T 0
}

# OpenOCD, which knows its port by number, looks for a chip. Nothing is connected: it
# reads nothing but zeroes and gives up.
find_chip() {
	exec openocd -c 'adapter driver parport; parport port 0;
		parport cable wiggler; adapter speed 500;
		transport select jtag; jtag newtap chip cpu -irlen 4;
		gdb_port disabled; tcl_port disabled; telnet_port disabled;
		init; shutdown'
}

# sigrok-cli, which uses libieee1284. The library finds the ports itself.
find_scope() {
	exec sigrok-cli -d hung-chang-dso-2100:conn=parport0 --scan
}

# Call the functions of libieee1284 that sigrok-cli does not use.
library() {
	exec python3 - <<-'PYTHON'
	from ctypes import *

	class Port(Structure):
	    _fields_ = [("name", c_char_p), ("base", c_ulong),
	                ("base_hi", c_ulong), ("priv", c_void_p),
	                ("filename", c_char_p)]

	class List(Structure):
	    _fields_ = [("n", c_int), ("ports", POINTER(POINTER(Port)))]

	class Time(Structure):
	    _fields_ = [("s", c_long), ("us", c_long)]

	nothing = ["write_data", "write_control", "frob_control", "terminate",
	           "release"]

	def call(name, *args):
	    function = lib["ieee1284_" + name]
	    function.restype = None if name in nothing else c_int
	    answer = function(port, *args)
	    print(name, answer)
	    return answer

	lib = CDLL("libieee1284.so.3")
	found, can, text = List(), c_int(0), create_string_buffer(100)
	lib.ieee1284_find_ports(byref(found), 0)
	port = found.ports[0]
	print(found.n, port[0].name, port[0].filename)
	call("get_deviceid", -1, 2, text, 100)
	for exclusive in 0, 1:
	    call("open", exclusive, byref(can))
	    print("can", can.value)
	    call("read_status")
	    call("claim")
	    call("clear_irq", None)
	    for data in 0, 0x55, 0xff:
	        call("write_data", data)
	        call("read_data")
	        call("read_status")
	        call("write_control", data & 15)
	        call("read_control")
	    call("frob_control", 15, 4)
	    call("data_dir", 1)
	    call("read_data")
	    call("data_dir", 0)
	    lib.ieee1284_set_timeout.restype = POINTER(Time)
	    old = lib.ieee1284_set_timeout(port, byref(Time(0, 200000)))
	    print("time", old[0].s, old[0].us)
	    call("wait_status", 0x80, 0, byref(Time(0, 1000)))
	    call("do_nack_handshake", 4, 6, byref(Time(0, 1000)))
	    for mode, transfers in {
	            0: ["nibble_read"], 1: ["byte_read"],
	            0x10: ["ecp_write_data", "ecp_read_data"],
	            0x40: ["epp_write_data", "epp_write_addr", "epp_read_data"],
	    }.items():
	        if call("negotiate", mode) == 0:
	            for name in transfers:
	                call(name, 1, text, 2)
	        call("terminate")
	    print(text.value)
	    call("compat_write", 0, b"hello", 5)
	    call("release")
	    call("write_data", 1)
	    call("read_status")
	    call("close")
	PYTHON
}
