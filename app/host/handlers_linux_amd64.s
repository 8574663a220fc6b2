#include "textflag.h"

// Handlers of signals. They run wherever the signal meets a worker, with nothing of
// the Go runtime, and do no more than count; the worker sees that and does the rest.

// noteTimer counts a timer's signal in the word that the timer was given.
TEXT ·noteTimer(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ 24(SI), AX // siginfo.si_value
	LOCK
	INCQ (AX)
	RET

// noteSignal counts a signal in the process's table.
TEXT ·noteSignal(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ    ·signalCounts(SB), AX
	MOVLQSX DI, CX
	LOCK
	INCQ (AX)(CX*8)
	RET

// endHandler is rt_sigreturn.
TEXT ·endHandler(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ $15, AX
	SYSCALL
	INT  $3

// func handlers() (timer, signal, end uintptr)
TEXT ·handlers(SB), NOSPLIT, $0-24
	LEAQ ·noteTimer(SB), AX
	MOVQ AX, timer+0(FP)
	LEAQ ·noteSignal(SB), AX
	MOVQ AX, signal+8(FP)
	LEAQ ·endHandler(SB), AX
	MOVQ AX, end+16(FP)
	RET
