/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Annotations of the driver kit, which tell an analyser what a function expects. They
 * have no effect here. IN, OUT, OPTIONAL, _In_ and _Out_ are in parbiter/ntdef.h.
 *
 * The older names __in, __out and so on are defined only if a file is compiled with
 * -DPARBITER_OLD_ANNOTATIONS: macros of Linux, such as wait_event(), have labels of
 * these names.
 */
#ifndef _PARBITER_WDK_WDM_ANNOTATIONS_H
#define _PARBITER_WDK_WDM_ANNOTATIONS_H

#ifndef _In_opt_
#define _In_opt_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#endif
#ifndef _In_reads_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(size)
#define _In_reads_opt_(size)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _Out_writes_(size)
#define _Out_writes_opt_(size)
#define _Out_writes_bytes_(size)
#define _Out_writes_bytes_opt_(size)
#define _Out_writes_bytes_to_(size, count)
#define _Inout_updates_(size)
#define _Inout_updates_bytes_(size)
#define _Outptr_
#define _Outptr_opt_
#define _Reserved_
#define _Printf_format_string_
#endif
#ifndef _Use_decl_annotations_
#define _Use_decl_annotations_
#define _Must_inspect_result_
#define _Check_return_
#define _Success_(expression)
#define _When_(expression, annotations)
#define _At_(target, annotations)
#define _Pre_notnull_
#define _Ret_maybenull_
#define _Function_class_(name)
#define _Dispatch_type_(type)
#define _Analysis_assume_(expression)
#endif
#ifndef _IRQL_requires_max_
#define _IRQL_requires_max_(irql)
#define _IRQL_requires_(irql)
#define _IRQL_requires_same_
#endif
#ifndef _IRQL_requires_min_
#define _IRQL_requires_min_(irql)
#define _IRQL_raises_(irql)
#define _IRQL_saves_
#define _IRQL_restores_
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#endif
#ifndef __drv_maxIRQL
#define __drv_maxIRQL(irql)
#define __drv_minIRQL(irql)
#define __drv_requiresIRQL(irql)
#define __drv_sameIRQL
#define __drv_functionClass(name)
#define __drv_dispatchType(type)
#endif

#ifdef PARBITER_OLD_ANNOTATIONS
#define __in
#define __in_opt
#define __in_bcount(size)
#define __in_ecount(count)
#define __out
#define __out_opt
#define __out_bcount(size)
#define __out_ecount(count)
#define __inout
#define __inout_opt
#define __checkReturn
#define __deref_out
#endif

#ifndef CONST
#define CONST			const
#endif
#ifndef FORCEINLINE
#define FORCEINLINE		static __always_inline
#endif
#ifndef FASTCALL
#define FASTCALL
#define STDCALL
#endif
#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(name)	((void)(name))
#endif

#endif /* _PARBITER_WDK_WDM_ANNOTATIONS_H */
