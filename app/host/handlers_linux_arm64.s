#include "textflag.h"

// Handlers of signals. They run wherever the signal meets a worker, with nothing of
// the Go runtime, and do no more than count; the worker sees that and does the rest.

// noteTimer counts a timer's signal in the word that the timer was given.
TEXT ·noteTimer(SB), NOSPLIT|NOFRAME, $0-0
	MOVD 24(R1), R2 // siginfo.si_value
timer:
	LDAXR (R2), R3
	ADD   $1, R3
	STLXR R3, (R2), R4
	CBNZ  R4, timer
	RET

// noteSignal counts a signal in the process's table.
TEXT ·noteSignal(SB), NOSPLIT|NOFRAME, $0-0
	MOVD ·signalCounts(SB), R2
	SXTW R0, R0
	ADD  R0<<3, R2, R2
signal:
	LDAXR (R2), R3
	ADD   $1, R3
	STLXR R3, (R2), R4
	CBNZ  R4, signal
	RET

// func handlers() (timer, signal, end uintptr)
// The kernel ends a handler itself.
TEXT ·handlers(SB), NOSPLIT, $0-24
	MOVD $·noteTimer(SB), R0
	MOVD R0, timer+0(FP)
	MOVD $·noteSignal(SB), R0
	MOVD R0, signal+8(FP)
	MOVD ZR, end+16(FP)
	RET
