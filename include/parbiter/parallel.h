/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver kit's parallel.h: requests, structures, constants and callbacks of
 * the parallel port function driver. Names, values, arguments and results are
 * those that Microsoft documents.
 *
 * A client fills a PARALLEL_PORT_INFORMATION once, with
 * parbiter_get_parallel_port_info(), or sends
 * IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO with parbiter_submit_control() of
 * parbiter/control.h or, as on Windows, in an IRP (parbiter/wdk/wdm.h).
 * Afterwards, the callbacks in it work as on Windows. Documentation/windows.rst
 * has every name, says which of them parbiter serves, and lists the intended
 * differences from Windows.
 *
 * The structures have the layout that they have on Windows with pointers of the
 * same size. They are used in the kernel only, and are no user ABI.
 */
#ifndef _PARBITER_PARALLEL_H
#define _PARBITER_PARALLEL_H

#include <parbiter/ntddpar.h>
#include <parbiter/ntdef.h>

struct parbiter_client;

#define DD_PARALLEL_PORT_BASE_NAME	"ParallelPort"
#define DD_PARALLEL_PORT_BASE_NAME_U	L"ParallelPort"

/* Requests to the port */
#define IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE		PARBITER_CTL_CODE(11)
#define IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO		PARBITER_CTL_CODE(12)
#define IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT	PARBITER_CTL_CODE(13)
#define IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT	PARBITER_CTL_CODE(14)
#define IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO	PARBITER_CTL_CODE(15)
#define IOCTL_INTERNAL_PARALLEL_GET_ECP_INFO		PARBITER_CTL_CODE(16)
#define IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO	PARBITER_CTL_CODE(17)
#define IOCTL_INTERNAL_PARCHIP_CONNECT			PARBITER_CTL_CODE(18)
#define IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE		PARBITER_CTL_CODE(19)
#define IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE		PARBITER_CTL_CODE(20)
#define IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO		PARBITER_CTL_CODE(21)
#define IOCTL_INTERNAL_INIT_1284_3_BUS			PARBITER_CTL_CODE(22)
#define IOCTL_INTERNAL_SELECT_DEVICE			PARBITER_CTL_CODE(23)
#define IOCTL_INTERNAL_DESELECT_DEVICE			PARBITER_CTL_CODE(24)
#define IOCTL_INTERNAL_PARALLEL_PORT_FREE		PARBITER_CTL_CODE(40)
#define IOCTL_INTERNAL_REGISTER_FOR_REMOVAL_RELATIONS	PARBITER_CTL_CODE(50)
#define IOCTL_INTERNAL_UNREGISTER_FOR_REMOVAL_RELATIONS	PARBITER_CTL_CODE(51)
#define IOCTL_INTERNAL_DISABLE_END_OF_CHAIN_BUS_RESCAN	PARBITER_CTL_CODE(54)
#define IOCTL_INTERNAL_ENABLE_END_OF_CHAIN_BUS_RESCAN	PARBITER_CTL_CODE(55)

/* Requests to a device at the port */
#define IOCTL_INTERNAL_GET_PARPORT_FDO			PARBITER_CTL_CODE(29)
#define IOCTL_INTERNAL_PARCLASS_CONNECT			PARBITER_CTL_CODE(30)
#define IOCTL_INTERNAL_PARCLASS_DISCONNECT		PARBITER_CTL_CODE(31)
#define IOCTL_INTERNAL_DISCONNECT_IDLE			PARBITER_CTL_CODE(32)
#define IOCTL_INTERNAL_LOCK_PORT			PARBITER_CTL_CODE(37)
#define IOCTL_INTERNAL_UNLOCK_PORT			PARBITER_CTL_CODE(38)
#define IOCTL_INTERNAL_PARDOT3_CONNECT			PARBITER_CTL_CODE(41)
#define IOCTL_INTERNAL_PARDOT3_DISCONNECT		PARBITER_CTL_CODE(42)
#define IOCTL_INTERNAL_PARDOT3_RESET			PARBITER_CTL_CODE(43)
#define IOCTL_INTERNAL_PARDOT3_SIGNAL			PARBITER_CTL_CODE(44)
#define IOCTL_INTERNAL_LOCK_PORT_NO_SELECT		PARBITER_CTL_CODE(52)
#define IOCTL_INTERNAL_UNLOCK_PORT_NO_DESELECT		PARBITER_CTL_CODE(53)

/*
 * The three callbacks take PARALLEL_PORT_INFORMATION.Context as their only
 * argument.
 *
 * Context: any but NMI; never sleep. Windows' separate variants for interrupt
 * level are therefore not needed.
 */
typedef BOOLEAN (*PPARALLEL_TRY_ALLOCATE_ROUTINE)(IN PVOID TryAllocateContext);
typedef VOID (*PPARALLEL_FREE_ROUTINE)(IN PVOID FreeContext);
typedef ULONG (*PPARALLEL_QUERY_WAITERS_ROUTINE)(IN PVOID QueryAllocsContext);

/**
 * struct _PARALLEL_PORT_INFORMATION - address of a port, and its arbitration
 * @OriginalController: bus-relative base address of the port's registers
 * @Controller: the same address as seen by the CPU. On a PC these are I/O ports,
 *	not memory: call inb() and outb() with (unsigned long)Controller plus
 *	the register's offset, between parbiter_enter(Context) and
 *	parbiter_leave(Context) of linux/parbiter.h, so that the port is not
 *	unplugged meanwhile
 * @SpanOfController: size of the register block in bytes
 * @TryAllocatePort: own the port if it is free now. TRUE: this client owns the
 *	port; FALSE: it does not, see parbiter_try_allocate()
 * @FreePort: free the port. If this client does not own the port, the call is
 *	refused: the port does not change, refused_frees of struct
 *	parbiter_status counts the call, and the kernel log reports it once for
 *	each client
 * @QueryNumWaiters: return the number of queued requests. It is 0 when the port
 *	is free, and when it is owned and nobody waits
 * @Context: argument of the three callbacks. It stands for this client, so it
 *	must not be passed on to another driver
 */
typedef struct _PARALLEL_PORT_INFORMATION {
	PHYSICAL_ADDRESS OriginalController;
	PUCHAR Controller;
	ULONG SpanOfController;
	PPARALLEL_TRY_ALLOCATE_ROUTINE TryAllocatePort;
	PPARALLEL_FREE_ROUTINE FreePort;
	PPARALLEL_QUERY_WAITERS_ROUTINE QueryNumWaiters;
	PVOID Context;
} PARALLEL_PORT_INFORMATION, *PPARALLEL_PORT_INFORMATION;

/**
 * struct _MORE_PARALLEL_PORT_INFORMATION - bus and interrupt of a port
 * @InterfaceType: the bus that the port is on
 * @BusNumber: its number
 * @InterruptLevel: the interrupt, bus-relative
 * @InterruptVector: the interrupt's number
 * @InterruptAffinity: the processors that the interrupt may come on, one bit each
 * @InterruptMode: how the interrupt is triggered
 */
typedef struct _MORE_PARALLEL_PORT_INFORMATION {
	INTERFACE_TYPE InterfaceType;
	ULONG BusNumber;
	ULONG InterruptLevel;
	ULONG InterruptVector;
	KAFFINITY InterruptAffinity;
	KINTERRUPT_MODE InterruptMode;
} MORE_PARALLEL_PORT_INFORMATION, *PMORE_PARALLEL_PORT_INFORMATION;

/* Set or clear a chip mode (ECR_*_MODE); the argument is the Context. */
typedef NTSTATUS (*PPARALLEL_SET_CHIP_MODE)(IN PVOID SetChipContext,
					    IN UCHAR ChipMode);
typedef NTSTATUS (*PPARALLEL_CLEAR_CHIP_MODE)(IN PVOID ClearChipContext,
					      IN UCHAR ChipMode);

/* Select or deselect a device; the command is a PPARALLEL_1284_COMMAND. */
typedef NTSTATUS (*PPARALLEL_TRY_SELECT_ROUTINE)(IN PVOID TrySelectContext,
						 IN PVOID TrySelectCommand);
typedef NTSTATUS (*PPARALLEL_DESELECT_ROUTINE)(IN PVOID DeselectContext,
					       IN PVOID DeselectCommand);

/* PARALLEL_PNP_INFORMATION.HardwareCapabilities */
#define PPT_NO_HARDWARE_PRESENT	0x00000000
#define PPT_ECP_PRESENT		0x00000001
#define PPT_EPP_PRESENT		0x00000002
#define PPT_EPP_32_PRESENT	0x00000004
#define PPT_BYTE_PRESENT	0x00000008
#define PPT_BIDI_PRESENT	0x00000008	/* the older name */
#define PPT_1284_3_PRESENT	0x00000010

/**
 * struct _PARALLEL_PNP_INFORMATION - what a port is capable of
 * @OriginalEcpController: bus-relative base address of the ECP registers; 0:
 *	there are none
 * @EcpController: the same address as seen by the CPU, see
 *	PARALLEL_PORT_INFORMATION.Controller
 * @SpanOfEcpController: size of that register block in bytes
 * @PortNumber: not used
 * @HardwareCapabilities: PPT_*, or'ed
 * @TrySetChipMode: set a mode of the port's chip
 * @ClearChipMode: end that mode
 * @FifoDepth: size of the FIFO in words
 * @FifoWidth: size of such a word in bits
 * @EppControllerPhysicalAddress: not used
 * @SpanOfEppController: not used
 * @Ieee1284_3DeviceCount: number of devices in the IEEE 1284.3 chain
 * @TrySelectDevice: own the port if it is free now, and select a device
 * @DeselectDevice: deselect a device, and free the port
 * @Context: argument of the callbacks, the same as in PARALLEL_PORT_INFORMATION
 * @CurrentMode: the chip mode that is set, ECR_*_MODE without its other bits
 * @PortName: "LPT1" for parport0, and so on, with a final zero
 */
typedef struct _PARALLEL_PNP_INFORMATION {
	PHYSICAL_ADDRESS OriginalEcpController;
	PUCHAR EcpController;
	ULONG SpanOfEcpController;
	ULONG PortNumber;
	ULONG HardwareCapabilities;
	PPARALLEL_SET_CHIP_MODE TrySetChipMode;
	PPARALLEL_CLEAR_CHIP_MODE ClearChipMode;
	ULONG FifoDepth;
	ULONG FifoWidth;
	PHYSICAL_ADDRESS EppControllerPhysicalAddress;
	ULONG SpanOfEppController;
	ULONG Ieee1284_3DeviceCount;
	PPARALLEL_TRY_SELECT_ROUTINE TrySelectDevice;
	PPARALLEL_DESELECT_ROUTINE DeselectDevice;
	PVOID Context;
	ULONG CurrentMode;
	PWSTR PortName;
} PARALLEL_PNP_INFORMATION, *PPARALLEL_PNP_INFORMATION;

/* PARALLEL_1284_COMMAND.ID: a device of the chain, or one of these */
#define IEEE_1284_3_DAISY_CHAIN_MAX_ID	3
#define DOT3_END_OF_CHAIN_ID		4
#define DOT3_LEGACY_ZIP_ID		5

/* PARALLEL_1284_COMMAND.CommandFlags */
#define PAR_END_OF_CHAIN_DEVICE		0x00000001
#define PAR_HAVE_PORT_KEEP_PORT		0x00000002
#define PAR_LEGACY_ZIP_DRIVE		0x00000004
#define PAR_LEGACY_ZIP_DRIVE_STD_MODE	0x00000010
#define PAR_LEGACY_ZIP_DRIVE_EPP_MODE	0x00000020

/**
 * struct _PARALLEL_1284_COMMAND - a device to select or to deselect
 * @ID: the device's number in the chain, or DOT3_END_OF_CHAIN_ID
 * @Port: 0
 * @CommandFlags: PAR_END_OF_CHAIN_DEVICE: the device at the end of the chain,
 *	whatever @ID is; PAR_HAVE_PORT_KEEP_PORT: the caller owns the port, and
 *	keeps it
 */
typedef struct _PARALLEL_1284_COMMAND {
	UCHAR ID;
	UCHAR Port;
	ULONG CommandFlags;
} PARALLEL_1284_COMMAND, *PPARALLEL_1284_COMMAND;

/* The commands of IEEE 1284.3 on the data lines; a device's number is or'ed. */
#define CPP_ASSIGN_ADDR		0x00
#define CPP_SELECT		0xe0
#define CPP_DESELECT		0x30
#define CPP_QUERY_INT		0x08
#define CPP_DISABLE_INT		0x40
#define CPP_ENABLE_INT		0x48
#define CPP_CLEAR_INT_LAT	0x50
#define CPP_SET_INT_LAT		0x58
#define CPP_COMMAND_FILTER	0xf8

/* The bytes that come before a command of IEEE 1284.3 and of old Zip drives */
#define MODE_LEN_1284_3		7
#define LEGACYZIP_MODE_LEN	3
static const UCHAR ModeQualifier[MODE_LEN_1284_3] __maybe_unused = {
	0xaa, 0x55, 0x00, 0xff, 0x87, 0x78, 0xff
};

static const UCHAR LegacyZipModeQualifier[LEGACYZIP_MODE_LEN] __maybe_unused = {
	0x00, 0x3c, 0x20
};

typedef enum {
	P12843DL_OFF,
	P12843DL_DOT3_DL,
	P12843DL_MLC_DL,
	P12843DL_DOT4_DL,
} P12843_DL_MODES;

#define INITIAL_MODE		0x00000000
#define PARCHIP_ECR_ARBITRATOR	1

/**
 * struct _PARALLEL_CHIP_MODE - a mode of the port's chip
 * @ModeFlags: the mode, ECR_*_MODE; its bits 0 to 4 are ignored
 * @success: not used
 */
typedef struct _PARALLEL_CHIP_MODE {
	UCHAR ModeFlags;
	BOOLEAN success;
} PARALLEL_CHIP_MODE, *PPARALLEL_CHIP_MODE;

/* The interface of Windows' drivers for single chips */
typedef NTSTATUS (*PPARCHIP_SET_CHIP_MODE)(IN PVOID SetChipContext,
					   IN UCHAR ChipMode);
typedef NTSTATUS (*PPARCHIP_CLEAR_CHIP_MODE)(IN PVOID ClearChipContext,
					     IN UCHAR ChipMode);

typedef struct _PARALLEL_PARCHIP_INFO {
	PUCHAR Controller;
	PUCHAR EcrController;
	ULONG HardwareModes;
	PPARCHIP_SET_CHIP_MODE ParChipSetMode;
	PPARCHIP_CLEAR_CHIP_MODE ParChipClearMode;
	PVOID Context;
	BOOLEAN success;
} PARALLEL_PARCHIP_INFO, *PPARALLEL_PARCHIP_INFO;

/*
 * Called after the port has become free: by a work item, inside an RCU read-side
 * critical section. It must not sleep.
 */
typedef VOID (*PPARALLEL_DEFERRED_ROUTINE)(IN PVOID DeferredContext);

/**
 * struct _PARALLEL_INTERRUPT_SERVICE_ROUTINE - what to call at interrupts
 * @InterruptServiceRoutine: called at each interrupt of the port
 * @InterruptServiceContext: its second argument
 * @DeferredPortCheckRoutine: called when the port has been freed and nobody
 *	waits; NULL: there is none
 * @DeferredPortCheckContext: its argument
 */
typedef struct _PARALLEL_INTERRUPT_SERVICE_ROUTINE {
	PKSERVICE_ROUTINE InterruptServiceRoutine;
	PVOID InterruptServiceContext;
	PPARALLEL_DEFERRED_ROUTINE DeferredPortCheckRoutine;
	PVOID DeferredPortCheckContext;
} PARALLEL_INTERRUPT_SERVICE_ROUTINE, *PPARALLEL_INTERRUPT_SERVICE_ROUTINE;

/**
 * struct _PARALLEL_INTERRUPT_INFORMATION - callbacks for a service routine
 * @InterruptObject: stands for the port's interrupt
 * @TryAllocatePortAtInterruptLevel: as PARALLEL_PORT_INFORMATION.TryAllocatePort
 * @FreePortFromInterruptLevel: as PARALLEL_PORT_INFORMATION.FreePort
 * @Context: argument of the two callbacks
 */
typedef struct _PARALLEL_INTERRUPT_INFORMATION {
	PKINTERRUPT InterruptObject;
	PPARALLEL_TRY_ALLOCATE_ROUTINE TryAllocatePortAtInterruptLevel;
	PPARALLEL_FREE_ROUTINE FreePortFromInterruptLevel;
	PVOID Context;
} PARALLEL_INTERRUPT_INFORMATION, *PPARALLEL_INTERRUPT_INFORMATION;

typedef struct _PARPORT_REMOVAL_RELATIONS {
	PDEVICE_OBJECT DeviceObject;
	ULONG Flags;
	PUNICODE_STRING DeviceName;
} PARPORT_REMOVAL_RELATIONS, *PPARPORT_REMOVAL_RELATIONS;

/* The interface of Windows' bus driver to the drivers of devices */
typedef enum {
	SAFE_MODE,
	UNSAFE_MODE,
} PARALLEL_SAFETY;

typedef USHORT (*PDETERMINE_IEEE_MODES)(IN PVOID Context);
typedef NTSTATUS (*PNEGOTIATE_IEEE_MODE)(IN PVOID Context,
					 IN USHORT ModeMaskFwd,
					 IN USHORT ModeMaskRev,
					 IN PARALLEL_SAFETY ModeSafety,
					 IN BOOLEAN IsForward);
typedef NTSTATUS (*PTERMINATE_IEEE_MODE)(IN PVOID Context);
typedef NTSTATUS (*PPARALLEL_IEEE_FWD_TO_REV)(IN PVOID Context);
typedef NTSTATUS (*PPARALLEL_IEEE_REV_TO_FWD)(IN PVOID Context);
typedef NTSTATUS (*PPARALLEL_READ)(IN PVOID Context, OUT PVOID Buffer,
				   IN ULONG NumBytesToRead,
				   OUT PULONG NumBytesRead, IN UCHAR Channel);
typedef NTSTATUS (*PPARALLEL_WRITE)(IN PVOID Context, OUT PVOID Buffer,
				    IN ULONG NumBytesToWrite,
				    OUT PULONG NumBytesWritten,
				    IN UCHAR Channel);
typedef NTSTATUS (*PPARALLEL_TRYSELECT_DEVICE)(IN PVOID Context,
					       IN PARALLEL_1284_COMMAND Command);
typedef NTSTATUS (*PPARALLEL_DESELECT_DEVICE)(IN PVOID Context,
					      IN PARALLEL_1284_COMMAND Command);

typedef struct _PARCLASS_INFORMATION {
	PUCHAR Controller;
	PUCHAR EcrController;
	ULONG SpanOfController;
	PDETERMINE_IEEE_MODES DetermineIeeeModes;
	PNEGOTIATE_IEEE_MODE NegotiateIeeeMode;
	PTERMINATE_IEEE_MODE TerminateIeeeMode;
	PPARALLEL_IEEE_FWD_TO_REV IeeeFwdToRevMode;
	PPARALLEL_IEEE_REV_TO_FWD IeeeRevToFwdMode;
	PPARALLEL_READ ParallelRead;
	PPARALLEL_WRITE ParallelWrite;
	PVOID ParclassContext;
	ULONG HardwareCapabilities;
	ULONG FifoDepth;
	ULONG FifoWidth;
	PPARALLEL_TRYSELECT_DEVICE ParallelTryselect;
	PPARALLEL_DESELECT_DEVICE ParallelDeSelect;
} PARCLASS_INFORMATION, *PPARCLASS_INFORMATION;

/* Registers, as offsets from Controller */
#define DATA_OFFSET		0
#define OFFSET_ECP_AFIFO	0x0000
#define AFIFO_OFFSET		OFFSET_ECP_AFIFO
#define DSR_OFFSET		1
#define DCR_OFFSET		2
#define EPP_OFFSET		4

/*
 * ECP registers, as offsets from Controller. A source that defines
 * DVRH_USE_PARPORT_ECP_ADDR as 1 before it includes this header gets offsets from
 * EcpController.
 */
#ifndef DVRH_USE_PARPORT_ECP_ADDR
#define DVRH_USE_PARPORT_ECP_ADDR	0
#endif
#if DVRH_USE_PARPORT_ECP_ADDR == 0
#define ECP_OFFSET		0x400
#define CNFGB_OFFSET		0x401
#define ECR_OFFSET		0x402
#else
#define ECP_OFFSET		0x0
#define CNFGB_OFFSET		0x1
#define ECR_OFFSET		0x2
#endif
#define FIFO_OFFSET		ECP_OFFSET
#define CFIFO_OFFSET		ECP_OFFSET
#define CNFGA_OFFSET		ECP_OFFSET
#define ECP_DFIFO_OFFSET	ECP_OFFSET
#define TFIFO_OFFSET		ECP_OFFSET
#define OFFSET_ECP_DFIFO	ECP_OFFSET
#define OFFSET_TFIFO		ECP_OFFSET
#define OFFSET_CFIFO		ECP_OFFSET
#define OFFSET_ECR		ECR_OFFSET

#define OFFSET_PARALLEL_REGISTER_SPAN	0x0003
#define ECP_SPAN		3
#define EPP_SPAN		4

/* The status register (DSR), by its names in each IEEE 1284 mode */
#define DSR_NOT_BUSY		0x80
#define DSR_NOT_ACK		0x40
#define DSR_PERROR		0x20
#define DSR_SELECT		0x10
#define DSR_NOT_FAULT		0x08
#define DSR_NOT_PTR_BUSY	0x80
#define DSR_NOT_PERIPH_ACK	0x80
#define DSR_WAIT		0x80
#define DSR_PTR_CLK		0x40
#define DSR_PERIPH_CLK		0x40
#define DSR_INTR		0x40
#define DSR_ACK_DATA_REQ	0x20
#define DSR_NOT_ACK_REVERSE	0x20
#define DSR_XFLAG		0x10
#define DSR_NOT_DATA_AVAIL	0x08
#define DSR_NOT_PERIPH_REQUEST	0x08

/* The control register (DCR), likewise */
#define DCR_RESERVED		0xc0
#define DCR_DIRECTION		0x20
#define DCR_ACKINT_ENABLED	0x10
#define DCR_SELECT_IN		0x08
#define DCR_NOT_INIT		0x04
#define DCR_AUTOFEED		0x02
#define DCR_STROBE		0x01
#define DCR_NOT_1284_ACTIVE	0x08
#define DCR_ASTRB		0x08
#define DCR_NOT_REVERSE_REQUEST	0x04
#define DCR_NULL		0x04
#define DCR_NOT_HOST_BUSY	0x02
#define DCR_NOT_HOST_ACK	0x02
#define DCR_DSTRB		0x02
#define DCR_NOT_HOST_CLK	0x01
#define DCR_WRITE		0x01

/* The configuration register A of ECP */
#define CNFGA_IMPID_MASK	0x70
#define CNFGA_IMPID_16BIT	0x00
#define CNFGA_IMPID_8BIT	0x10
#define CNFGA_IMPID_32BIT	0x20
#define CNFGA_IMPID_SHIFT	4
#define CNFGA_NO_TRANS_BYTE	0x04
#define FIFO_PWORD_8BIT		1
#define FIFO_PWORD_16BIT	0
#define FIFO_PWORD_32BIT	2

/* The extended control register (ECR) */
#define ECR_ERRINT_DISABLED	0x10
#define ECR_DMA_ENABLED		0x08
#define ECR_SVC_INT_DISABLED	0x04
#define ECR_MODE_MASK		0x1f	/* all bits but the mode's */
#define ECR_SPP_MODE		0x00
#define ECR_BYTE_MODE		0x20
#define ECR_BYTE_PIO_MODE \
	(ECR_BYTE_MODE | ECR_ERRINT_DISABLED | ECR_SVC_INT_DISABLED)
#define ECR_FASTCENT_MODE	0x40
#define ECR_ECP_MODE		0x60
#define ECR_ECP_PIO_MODE \
	(ECR_ECP_MODE | ECR_ERRINT_DISABLED | ECR_SVC_INT_DISABLED)
#define ECR_EPP_MODE		0x80
#define ECR_EPP_PIO_MODE \
	(ECR_EPP_MODE | ECR_ERRINT_DISABLED | ECR_SVC_INT_DISABLED)
#define ECR_RESERVED_MODE	0x10
#define ECR_TEST_MODE		0xc0
#define ECR_CONFIG_MODE		0xe0
#define DEFAULT_ECR_TEST	0xd4
#define DEFAULT_ECR_COMPATIBILITY	0x14
#define DEFAULT_ECR_CONFIGURATION	0xf4

#define ECR_FIFO_MASK		0x03
#define ECR_FIFO_FULL		0x02
#define ECR_FIFO_EMPTY		0x01
#define ECR_FIFO_SOME_DATA	0x00
#define TEST_ECR_FIFO(registerValue, testValue) \
	(((registerValue) & ECR_FIFO_MASK) == (testValue))
#define ECP_MAX_FIFO_DEPTH	4098

#define BIT_7			7
#define BIT_6			6
#define BIT_5			5
#define BIT_4			4
#define BIT_3			3
#define BIT_2			2
#define BIT_1			1
#define BIT_0			0
#define BIT_7_SET		0x80
#define BIT_6_SET		0x40
#define BIT_5_SET		0x20
#define BIT_4_SET		0x10
#define BIT_3_SET		0x08
#define BIT_2_SET		0x04
#define BIT_1_SET		0x02
#define BIT_0_SET		0x01

/* The arguments of SET_DCR() */
#define DIR_READ		1
#define DIR_WRITE		0
#define IRQEN_ENABLE		1
#define IRQEN_DISABLE		0
#define ACTIVE			1
#define INACTIVE		0
#define DONT_CARE		2

/*
 * A value of the control register that makes lines active or inactive: direction,
 * interrupt enable, and the signals at bits 3 to 0. Hardware inverts the bits 3,
 * 1 and 0.
 */
#define SET_DCR(b5, b4, b3, b2, b1, b0)					\
	((UCHAR)(((b5) == ACTIVE ? BIT_5_SET : 0) |			\
		 ((b4) == ACTIVE ? BIT_4_SET : 0) |			\
		 ((b3) == ACTIVE ? 0 : BIT_3_SET) |			\
		 ((b2) == ACTIVE ? BIT_2_SET : 0) |			\
		 ((b1) == ACTIVE ? 0 : BIT_1_SET) |			\
		 ((b0) == ACTIVE ? 0 : BIT_0_SET)))

/* Where an IEEE 1284 transfer is */
typedef enum {
	PHASE_UNKNOWN,
	PHASE_NEGOTIATION,
	PHASE_SETUP,
	PHASE_FORWARD_IDLE,
	PHASE_FORWARD_XFER,
	PHASE_FWD_TO_REV,
	PHASE_REVERSE_IDLE,
	PHASE_REVERSE_XFER,
	PHASE_REV_TO_FWD,
	PHASE_TERMINATE,
	PHASE_DATA_AVAILABLE,
	PHASE_DATA_NOT_AVAIL,
	PHASE_INTERRUPT_HOST,
} P1284_PHASE;

/* The modes of the ECR, as numbers */
typedef enum {
	HW_MODE_COMPATIBILITY,
	HW_MODE_PS2,
	HW_MODE_FAST_CENTRONICS,
	HW_MODE_ECP,
	HW_MODE_EPP,
	HW_MODE_RESERVED,
	HW_MODE_TEST,
	HW_MODE_CONFIGURATION,
} P1284_HW_MODE;

NTSTATUS parbiter_get_parallel_port_info(struct parbiter_client *client,
					 PARALLEL_PORT_INFORMATION *info);

PARBITER_HAS_SIZE(PARALLEL_PORT_INFORMATION, 32, 56);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, OriginalController, 0, 0);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, Controller, 8, 8);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, SpanOfController, 12, 16);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, TryAllocatePort, 16, 24);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, FreePort, 20, 32);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, QueryNumWaiters, 24, 40);
PARBITER_HAS_AT(PARALLEL_PORT_INFORMATION, Context, 28, 48);

PARBITER_HAS_SIZE(MORE_PARALLEL_PORT_INFORMATION, 24, 32);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, InterfaceType, 0, 0);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, BusNumber, 4, 4);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, InterruptLevel, 8, 8);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, InterruptVector, 12, 12);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, InterruptAffinity, 16, 16);
PARBITER_HAS_AT(MORE_PARALLEL_PORT_INFORMATION, InterruptMode, 20, 24);

PARBITER_HAS_SIZE(PARALLEL_PNP_INFORMATION, 80, 112);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, OriginalEcpController, 0, 0);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, EcpController, 8, 8);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, SpanOfEcpController, 12, 16);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, PortNumber, 16, 20);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, HardwareCapabilities, 20, 24);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, TrySetChipMode, 24, 32);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, ClearChipMode, 28, 40);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, FifoDepth, 32, 48);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, FifoWidth, 36, 52);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, EppControllerPhysicalAddress, 40, 56);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, SpanOfEppController, 48, 64);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, Ieee1284_3DeviceCount, 52, 68);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, TrySelectDevice, 56, 72);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, DeselectDevice, 60, 80);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, Context, 64, 88);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, CurrentMode, 68, 96);
PARBITER_HAS_AT(PARALLEL_PNP_INFORMATION, PortName, 72, 104);

PARBITER_HAS_SIZE(PARALLEL_1284_COMMAND, 8, 8);
PARBITER_HAS_AT(PARALLEL_1284_COMMAND, ID, 0, 0);
PARBITER_HAS_AT(PARALLEL_1284_COMMAND, Port, 1, 1);
PARBITER_HAS_AT(PARALLEL_1284_COMMAND, CommandFlags, 4, 4);

PARBITER_HAS_SIZE(PARALLEL_CHIP_MODE, 2, 2);
PARBITER_HAS_AT(PARALLEL_CHIP_MODE, ModeFlags, 0, 0);
PARBITER_HAS_AT(PARALLEL_CHIP_MODE, success, 1, 1);

PARBITER_HAS_SIZE(PARALLEL_PARCHIP_INFO, 28, 56);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, Controller, 0, 0);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, EcrController, 4, 8);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, HardwareModes, 8, 16);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, ParChipSetMode, 12, 24);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, ParChipClearMode, 16, 32);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, Context, 20, 40);
PARBITER_HAS_AT(PARALLEL_PARCHIP_INFO, success, 24, 48);

PARBITER_HAS_SIZE(PARALLEL_INTERRUPT_SERVICE_ROUTINE, 16, 32);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_SERVICE_ROUTINE, InterruptServiceRoutine,
		0, 0);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_SERVICE_ROUTINE, InterruptServiceContext,
		4, 8);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_SERVICE_ROUTINE, DeferredPortCheckRoutine,
		8, 16);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_SERVICE_ROUTINE, DeferredPortCheckContext,
		12, 24);

PARBITER_HAS_SIZE(PARALLEL_INTERRUPT_INFORMATION, 16, 32);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_INFORMATION, InterruptObject, 0, 0);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_INFORMATION,
		TryAllocatePortAtInterruptLevel, 4, 8);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_INFORMATION, FreePortFromInterruptLevel,
		8, 16);
PARBITER_HAS_AT(PARALLEL_INTERRUPT_INFORMATION, Context, 12, 24);

PARBITER_HAS_SIZE(PARPORT_REMOVAL_RELATIONS, 12, 24);
PARBITER_HAS_AT(PARPORT_REMOVAL_RELATIONS, DeviceObject, 0, 0);
PARBITER_HAS_AT(PARPORT_REMOVAL_RELATIONS, Flags, 4, 8);
PARBITER_HAS_AT(PARPORT_REMOVAL_RELATIONS, DeviceName, 8, 16);

PARBITER_HAS_SIZE(PARCLASS_INFORMATION, 64, 120);
PARBITER_HAS_AT(PARCLASS_INFORMATION, Controller, 0, 0);
PARBITER_HAS_AT(PARCLASS_INFORMATION, EcrController, 4, 8);
PARBITER_HAS_AT(PARCLASS_INFORMATION, SpanOfController, 8, 16);
PARBITER_HAS_AT(PARCLASS_INFORMATION, DetermineIeeeModes, 12, 24);
PARBITER_HAS_AT(PARCLASS_INFORMATION, NegotiateIeeeMode, 16, 32);
PARBITER_HAS_AT(PARCLASS_INFORMATION, TerminateIeeeMode, 20, 40);
PARBITER_HAS_AT(PARCLASS_INFORMATION, IeeeFwdToRevMode, 24, 48);
PARBITER_HAS_AT(PARCLASS_INFORMATION, IeeeRevToFwdMode, 28, 56);
PARBITER_HAS_AT(PARCLASS_INFORMATION, ParallelRead, 32, 64);
PARBITER_HAS_AT(PARCLASS_INFORMATION, ParallelWrite, 36, 72);
PARBITER_HAS_AT(PARCLASS_INFORMATION, ParclassContext, 40, 80);
PARBITER_HAS_AT(PARCLASS_INFORMATION, HardwareCapabilities, 44, 88);
PARBITER_HAS_AT(PARCLASS_INFORMATION, FifoDepth, 48, 92);
PARBITER_HAS_AT(PARCLASS_INFORMATION, FifoWidth, 52, 96);
PARBITER_HAS_AT(PARCLASS_INFORMATION, ParallelTryselect, 56, 104);
PARBITER_HAS_AT(PARCLASS_INFORMATION, ParallelDeSelect, 60, 112);

#endif /* _PARBITER_PARALLEL_H */
