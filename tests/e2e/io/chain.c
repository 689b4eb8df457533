// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual port's IEEE 1284.3 daisy chain itself (tests/vport/README): what the
 * parport core finds when such a port is plugged in, what a program does that sends
 * command packets register by register through parbiter, and the faults of devices.
 *
 * vm: kernels=stock,debug,stock-7.2 timeout=180 smp=any seconds=4
 */
#include "libchain.h"

#define DISK	"MFG:ACME;MDL:Disk;CLS:MEDIA;"
#define SCAN	"MFG:ACME;MDL:Scan;CLS:SCANNER;"
#define PRINT	"MFG:OLD;MDL:Printer;CLS:PRINTER;CMD:PCL;"
#define TWO	"device=" DISK " device=" SCAN
#define NO_ID	" device"

/* The status lines while the devices answer */
#define ANSWER	(PARPORT_STATUS_BUSY | PARPORT_STATUS_PAPEROUT | \
		 PARPORT_STATUS_SELECT | PARPORT_STATUS_ERROR)
#define LINES	(ANSWER | PARPORT_STATUS_ACK)

static int fd;

static void plug(const char *words)
{
	number = vport_plug(words);
	fd = port_open(number);
	check_eq(port_allocate(fd), 0);
}

/* At the end of a case: nobody has seen the host break the protocol. */
static void leave(void)
{
	int place = vport_error("peripheral %u show", number) ? 0 : -1;

	for (; place < chain_value(number, "devices"); place++)
		check_eq(chain_peripheral(number, place, "violations"), 0);
	close(fd);
	vport("clear");
}

static void put(unsigned int byte)
{
	check_eq(set_byte(fd, PPWDATA, byte), 0);
}

static void put_control(unsigned int control)
{
	check_eq(set_byte(fd, PPWCONTROL, control), 0);
}

static unsigned int lines(void)
{
	return get_byte(fd, PPRSTATUS) & LINES;
}

static bool select_device(unsigned int address)
{
	return chain_command(fd, CHAIN_SELECT + address);
}

static bool deselect(void)
{
	return chain_command(fd, CHAIN_DESELECT);
}

/* Read the ID of who is connected. Return its text, "" if nobody sends an ID. */
static const char *read_id(void)
{
	static char id[256];
	long len;

	if (set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID))
		return "";
	len = do_read(fd, id, sizeof(id) - 1);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check(len >= 2);
	check_eq(id[0] << 8 | id[1], len);
	id[len] = '\0';
	return id + 2;
}

static void check_id(const char *want)
{
	const char *id = read_id();

	if (strcmp(id, want))
		fail("the ID is \"%s\", not \"%s\"", id, want);
}

/* What the core has found out about a device; "" behind the number: the end */
static bool core_found(const char *which, const char *text)
{
	char path[96], found[256];

	snprintf(path, sizeof(path), "/proc/sys/dev/parport/parport%u/autoprobe%s",
		 number, which);
	if (!read_file(path, found, sizeof(found)))
		found[0] = '\0';
	if (!text)
		return !found[0];
	return strstr(found, text);
}

static void the_core_finds_the_devices(void)
{
	number = vport_plug(TWO NO_ID " end=" PRINT);
	check(core_found("0", "MODEL:Disk"));
	check(core_found("1", "MODEL:Scan"));
	check(core_found("1", "MANUFACTURER:ACME"));
	check(core_found("2", NULL));
	check(core_found("3", NULL));
	check(core_found("", "MODEL:Printer"));
	check_eq(chain_selected(number), -1);
	check_eq(chain_device(number, 0, "address"), 0);
	check_eq(chain_device(number, 1, "address"), 1);
	check_eq(chain_device(number, 2, "address"), 2);
	check_eq(chain_value(number, "unheard"), 0);
	check_eq(chain_peripheral(number, 1, "violations"), 0);
	check_eq(vport_peripheral_number(number, "violations"), 0);
	check_eq(vport_peripheral_number(number, "received"), 0);
	vport("clear");

	number = vport_plug("device=" DISK NO_ID NO_ID " device=" SCAN);
	check(core_found("0", "MODEL:Disk"));
	check(core_found("3", "MODEL:Scan"));
	check(core_found("", NULL));
	check_eq(chain_device(number, 3, "address"), 3);
	vport("clear");

	number = vport_plug("end=" PRINT);
	check(core_found("", "MODEL:Printer"));
	check(core_found("0", NULL));
	check_eq(vport_error("chain %u show", number), -ENXIO);
	vport("clear");
}

/* Return whether the ID that a native driver reads consists of these bytes. */
static bool native_reads_bytes(const char *name, const void *want, size_t size)
{
	char command[64], *id;
	size_t len;
	bool same;

	snprintf(command, sizeof(command), "nid %u %s", number, name);
	id = vport_ask(command, &len);
	same = len == size && !memcmp(id, want, size);
	free(id);
	return same;
}

/* Return whether it consists of a correct length and this text. */
static bool native_reads(const char *name, const char *want)
{
	size_t len = strlen(want) + 2;
	char id[256] = { (char)(len >> 8), (char)len };

	memcpy(id + 2, want, len - 2);
	return native_reads_bytes(name, id, len);
}

/* A native driver whose device the core selects */
static void the_core_selects(void)
{
	number = vport_plug(TWO " end=" PRINT);
	vport("nadd %u scanner daisy=1", number);
	vport("nclaim %u scanner", number);
	check_eq(chain_selected(number), 1);
	check(strstr(vport("mode %u", number), "daisy 1\n"));
	check(native_reads("scanner", SCAN));
	vport("nrelease %u scanner", number);
	check_eq(chain_selected(number), -1);
	check_eq(vport_error("nid %u scanner", number), -EPERM);

	vport("nadd %u printer", number);
	vport("nclaim %u printer", number);
	check(native_reads("printer", PRINT));
	vport("nrelease %u printer", number);

	/* The core says that the claim succeeded, and knows that no device is selected. */
	vport("chain %u.1 refuse", number);
	vport("nclaim %u scanner", number);
	check_eq(chain_selected(number), -1);
	check(strstr(vport("mode %u", number), "daisy -1\n"));
	vport("nrelease %u scanner", number);
	vport("clear");
}

static void a_program_selects(void)
{
	char data[2];

	plug(TWO " end=" PRINT);
	check(select_device(1));
	check_eq(chain_selected(number), 1);
	check_id(SCAN);
	/* After the ID, what it sends in nibble mode is its data again. */
	vport("send %u.1 6869", number);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_read(fd, data, sizeof(data)), sizeof(data));
	check(!memcmp(data, "hi", sizeof(data)));
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check_eq(do_write(fd, "scan", 4), 4);
	check_eq(chain_peripheral(number, 1, "received"), 4);
	check(select_device(0));
	check_eq(chain_selected(number), 0);
	check_id(DISK);
	check(!select_device(2));
	check_eq(chain_selected(number), -1);
	check(select_device(0));
	/* Lines that were set for the end are not those of the device. */
	vport_status(number, "58");
	check_eq(lines(), 0xd8);
	check(deselect());
	check_eq(lines(), 0x58);
	vport_status(number, "d8");
	check_eq(chain_selected(number), -1);
	check(deselect());
	check_id(PRINT);
	check_eq(do_write(fd, "print", 5), 5);
	check_eq(chain_peripheral(number, -1, "received"), 5);
	check_eq(chain_peripheral(number, 0, "received"), 0);
	check_eq(chain_peripheral(number, 1, "received"), 4);
	leave();
}

/* Each step of a packet, and what the host sees */
static void the_lines_answer(void)
{
	plug(TWO " end");
	vport_status(number, "f8");
	put(0xaa);
	put(0x55);
	put(0x00);
	check_eq(lines(), 0xf8);
	put(0xff);
	check_eq(lines() & ANSWER, ANSWER);
	put(0x87);
	check_eq(lines() & ANSWER, PARPORT_STATUS_SELECT | PARPORT_STATUS_ERROR);
	put(0x78);
	/* A device without an address, and not the last one */
	check_eq(lines() & ANSWER, PARPORT_STATUS_PAPEROUT |
		 PARPORT_STATUS_SELECT | PARPORT_STATUS_BUSY);
	vport_status(number, "d8");
	check_eq(lines() & PARPORT_STATUS_PAPEROUT, PARPORT_STATUS_PAPEROUT);
	put(0x02);
	put_control(0x0d);
	check_eq(lines() & PARPORT_STATUS_ERROR, PARPORT_STATUS_ERROR);
	put_control(0x0c);
	/* The last one */
	check_eq(lines() & ANSWER, PARPORT_STATUS_PAPEROUT | PARPORT_STATUS_SELECT);
	put(0x00);
	put_control(0x0d);
	put_control(0x0c);
	/* No further device: the lines of the end */
	check_eq(lines(), 0xd8);
	put(0x01);
	put_control(0x0d);
	check_eq(lines() & PARPORT_STATUS_ERROR, 0);
	put_control(0x0c);
	put(0xff);
	check_eq(lines(), 0xd8);
	check_eq(chain_device(number, 0, "address"), 2);
	check_eq(chain_device(number, 1, "address"), 0);
	check(select_device(0));
	check_eq(chain_selected(number), 1);
	check(!select_device(1));
	check(select_device(2));
	check_eq(chain_selected(number), 0);
	check(deselect());
	/* Nobody at the end has taken a strobe for a byte. */
	check_eq(chain_peripheral(number, -1, "received"), 0);
	leave();
}

/* The same bytes as data that are printed */
static void data_is_no_packet(void)
{
	static const char packet[] = "\xaa\x55\0\xff\x87\x78\xe1\xff";
	char taken[32];
	long packets;

	plug(TWO " end");
	packets = chain_value(number, "packets");
	check_eq(do_write(fd, packet, 8), 8);
	check_eq(vport_received(number, taken, sizeof(taken)), 8);
	check(!memcmp(taken, packet, 8));
	check_eq(chain_value(number, "packets"), packets);
	check_eq(chain_selected(number), -1);

	/* The first byte of a packet is on the data lines already. */
	check_eq(do_write(fd, packet, 1), 1);
	check(select_device(1));
	check_eq(do_write(fd, packet, 8), 8);
	check_eq(chain_selected(number), 1);
	check_eq(chain_peripheral(number, 1, "received"), 8);
	check(deselect());
	check_eq(chain_peripheral(number, -1, "received"), 9);
	check_eq(chain_value(number, "packets"), packets + 2);
	leave();
}

/* Send a packet that selects device 0, except for one step. */
static void packet_with(unsigned int at, void (*step)(void))
{
	static const unsigned char begin[] = { 0xaa, 0x55, 0, 0xff, 0x87, 0x78 };
	unsigned int i;

	for (i = 0; i < sizeof(begin); i++) {
		if (i == at)
			step();
		put(begin[i]);
	}
	put(CHAIN_SELECT);
	put_control(0x0d);
	put_control(0x0c);
	put(0xff);
}

static void another_byte(void)
{
	put(0x11);
}

static void the_same_byte(void)
{
	put(get_byte(fd, PPRDATA));
}

static void a_pulse(void)
{
	put_control(0x0e);
	put_control(0x0c);
}

static void the_other_direction(void)
{
	check_eq(set_int(fd, PPDATADIR, 1), 0);
}

static void other_sequences_are_no_packet(void)
{
	static void (* const steps[])(void) = {
		another_byte, a_pulse, the_other_direction,
	};
	unsigned int i, at;
	long packets;

	plug(TWO);
	packets = chain_value(number, "packets");
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		for (at = steps[i] != the_other_direction; at < 6; at++) {
			/* The first byte is on the lines still. */
			if (at == 1 && steps[i] == a_pulse)
				continue;
			packet_with(at, steps[i]);
			check_eq(set_int(fd, PPDATADIR, 0), 0);
			check_eq(chain_selected(number), -1);
		}
	}
	check_eq(chain_value(number, "packets"), packets);
	check_eq(lines(), 0xd8);
	packet_with(3, the_same_byte);
	check_eq(chain_selected(number), 0);
	check(deselect());

	/* A packet that is broken off has no effect on the next one. */
	put(0xaa);
	put(0x55);
	put(0x00);
	put(0xff);
	check_eq(lines() & ANSWER, ANSWER);
	put(0x12);
	check_eq(lines(), 0xd8);
	check(select_device(1));
	check(deselect());
	leave();
}

/* Who is connected must be in compatibility mode. */
static void a_transfer_is_not_disturbed(void)
{
	plug(TWO " end=" PRINT);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID), 0);
	put(0xaa);
	put(0x55);
	put(0x00);
	put(0xff);
	check_eq(chain_value(number, "unheard"), 1);
	put(0x87);
	put(0x78);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check_eq(chain_selected(number), -1);
	check_id(PRINT);
	leave();
}

static void faults(void)
{
	plug(TWO NO_ID " end=" PRINT);
	vport("chain %u.1 refuse", number);
	check(!select_device(1));
	check_eq(chain_selected(number), -1);
	check(select_device(0));
	check(!select_device(1));
	check_eq(chain_selected(number), -1);

	vport("chain %u.1 wrong", number);
	check(select_device(1));
	check_eq(chain_selected(number), 2);
	check(deselect());
	vport("chain %u.2 wrong", number);
	check(select_device(2));
	check_eq(chain_selected(number), -1);
	check_id(PRINT);
	vport("chain %u.1 well", number);
	check(select_device(1));
	check_id(SCAN);
	check(deselect());

	vport("chain %u.0 stuck", number);
	check(select_device(0));
	check(!deselect());
	check(!select_device(1));
	check(select_device(0));
	check_id(DISK);
	check_eq(chain_selected(number), 0);
	vport("chain %u.0 well", number);
	check(deselect());
	leave();
}

/* A device without power: the packets pass through it. */
static void a_device_falls_off(void)
{
	unsigned int address;

	plug(TWO " end=" PRINT);
	/* With nStrobe low: that is no strobe for the end, either. */
	check(select_device(1));
	put_control(0x0d);
	vport("chain %u.1 silent", number);
	put_control(0x0f);
	put_control(0x0c);
	check_eq(chain_peripheral(number, 1, "received"), 0);
	check_eq(chain_peripheral(number, -1, "received"), 0);
	vport("chain %u.1 well", number);
	check(chain_command(fd, CHAIN_ASSIGN + 0));

	check(select_device(0));
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID), 0);
	vport("chain %u.0 silent", number);
	check_eq(chain_selected(number), -1);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check_eq(do_write(fd, "x", 1), 1);
	check_eq(chain_peripheral(number, -1, "received"), 1);
	check_eq(chain_peripheral(number, 0, "received"), 0);
	check_eq(chain_peripheral(number, 0, "violations"), 0);
	check(!select_device(0));
	check(chain_command(fd, CHAIN_ASSIGN + 1));
	check(select_device(1));
	check_eq(chain_selected(number), 1);
	check(deselect());

	/* All of them: nobody hears a packet, and the end takes its strobe for a byte. */
	vport("chain %u.1 silent", number);
	check(deselect());
	check_eq(chain_peripheral(number, -1, "received"), 2);

	/* Devices that have their power again have no address. */
	vport("chain %u.0 well", number);
	vport("chain %u.1 well", number);
	for (address = 0; address < 4; address++)
		check(!select_device(address));
	check(chain_command(fd, CHAIN_ASSIGN + 3));
	check_eq(chain_device(number, 0, "address"), 3);
	check_eq(chain_device(number, 1, "address"), -1);
	check(select_device(3));
	check_eq(chain_selected(number), 0);
	check_id(DISK);
	close(fd);
	vport("clear");
}

static bool device_irq(int place)
{
	return atoi(vport("chain %u.%d irq", number, place));
}

/* A device that is not selected asks for an interrupt: the owner of the port gets it. */
static void an_interrupt_reaches_the_host(void)
{
	number = vport_plug("irq " TWO);
	vport("nadd %u disk irq daisy=0", number);
	check(!device_irq(1));
	vport("nclaim %u disk", number);
	check(device_irq(1));
	check(strstr(vport("nshow %u disk", number), "irqs=1 "));
	check_eq(chain_device(number, 1, "latched"), 1);
	check_eq(chain_device(number, 0, "latched"), 0);
	vport("nrelease %u disk", number);
	vport("clear");
}

static void the_host_asks_who_interrupts(void)
{
	plug("irq " TWO);
	check(!chain_command(fd, CHAIN_QUERY + 1));
	check(device_irq(1));
	check(chain_command(fd, CHAIN_QUERY + 1));
	check(!chain_command(fd, CHAIN_QUERY + 0));
	check(chain_command(fd, CHAIN_CLEAR + 1));
	check(!chain_command(fd, CHAIN_QUERY + 1));
	check(chain_command(fd, CHAIN_DISABLE + 1));
	check_eq(chain_device(number, 1, "enabled"), 0);
	check(!device_irq(1));
	check_eq(vport_counter(number, "irq.raised"), 1);
	check(chain_command(fd, CHAIN_ENABLE + 1));
	check(chain_command(fd, CHAIN_QUERY + 1));
	check(chain_command(fd, CHAIN_CLEAR + 1));
	check(chain_command(fd, CHAIN_LATCH + 0));
	check(chain_command(fd, CHAIN_QUERY + 0));
	check(!chain_command(fd, CHAIN_LATCH + 2));
	vport("chain %u.0 silent", number);
	check_eq(vport_error("chain %u.0 irq", number), -ENXIO);
	leave();
}

/* Everything that parbiter itself does, and a native driver, sends no packet. */
static void parbiter_sends_no_packet(void)
{
	long packets;
	char byte;
	int other;

	plug(TWO " end=" PRINT);
	packets = chain_value(number, "packets");
	other = port_open_flags(number, O_NONBLOCK);
	check_eq(do_write(fd, "text", 4), 4);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	set_nonblock(fd, true);
	check_eq(do_read(fd, &byte, 1), -EAGAIN);
	set_nonblock(fd, false);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_free(fd), 0);
	wait_owner(other);
	if (natives_may_wait()) {
		vport("nadd %u native", number);
		vport("nclaim-block %u native", number);
		check_eq(port_free(other), 0);
		vport("nwait %u native %d", number, HANG_LIMIT * 1000);
		vport("nrelease %u native", number);
	} else {
		check_eq(port_free(other), 0);
	}
	check_eq(port_allocate(fd), 0);
	close(other);
	check_eq(chain_value(number, "packets"), packets);
	check_eq(chain_value(number, "unheard"), 0);
	check_eq(chain_selected(number), -1);
	check_eq(chain_peripheral(number, -1, "received"), 4);
	leave();
}

/* What a device sends as its ID may be wrong in any way. */
static void ids_can_be_any_bytes(void)
{
	number = vport_plug("device=0xffff41 device=0x device=0x00034142 end=0x00");
	vport("nadd %u one daisy=0", number);
	vport("nclaim %u one", number);
	check(native_reads_bytes("one", "\xff\xff\x41", 3));
	vport("nrelease %u one", number);
	vport("nadd %u two daisy=1", number);
	vport("nclaim %u two", number);
	check_eq(chain_selected(number), 1);
	check(native_reads_bytes("two", "", 0));
	vport("nrelease %u two", number);
	check_eq(chain_device(number, 2, "address"), 2);
	check(core_found("0", NULL));
	vport("clear");
}

static void wrong_commands_are_refused(void)
{
	check_eq(vport_error("add " TWO NO_ID NO_ID NO_ID), -EINVAL);
	check_eq(vport_error("add device=0x123"), -EINVAL);
	check_eq(vport_error("add end=0xzz"), -EINVAL);
	check_eq(vport_error("add devices"), -EINVAL);
	check_eq(vport_error("add end end"), -EINVAL);
	number = vport_plug(TWO);
	check_eq(vport_error("chain %u.2 show", number), -ENXIO);
	check_eq(vport_error("chain %u.4 silent", number), -ENXIO);
	check_eq(vport_error("chain %u silent", number), -ENXIO);
	check_eq(vport_error("chain %u.0 ill", number), -EINVAL);
	check_eq(vport_error("chain %u.0 irq", number), -ENXIO);
	check_eq(vport_error("peripheral %u.0 none", number), -EINVAL);
	check_eq(vport_error("peripheral %u.2 show", number), -ENXIO);
	check_eq(vport_error("peripheral %u show", number), -ENXIO);
	check_eq(vport_error("peripheral %u printer id=x", number), -EINVAL);
	check_eq(vport_error("nadd %u a daisy=x", number), -EINVAL);
	vport("clear");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(the_core_finds_the_devices),
		TEST(the_core_selects),
		TEST(a_program_selects),
		TEST(the_lines_answer),
		TEST(data_is_no_packet),
		TEST(other_sequences_are_no_packet),
		TEST(a_transfer_is_not_disturbed),
		TEST(faults),
		TEST(a_device_falls_off),
		TEST(an_interrupt_reaches_the_host),
		TEST(the_host_asks_who_interrupts),
		TEST(parbiter_sends_no_packet),
		TEST(ids_can_be_any_bytes),
		TEST(wrong_commands_are_refused),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
