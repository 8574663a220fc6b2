//go:build linux && (amd64 || arm64)

package host

import "testing"

// Assembly programs run instruction by instruction: what two of them do to memory is
// really lost, and what they do in one step isn't.
func TestRealAssembly(t *testing.T) {
	for step, lost := range map[string]bool{"mov n, %ax\n      add $1, %ax\n      mov %ax, n": true, "mov $1, %ax\n      fetchadd %ax, n": false} {
		w := parsed(t, `
timeslice: 1
unit: 1ms
machine: {instruction: 0.3}
variables: {n: {scope: shared}, turn: {scope: shared}}
programs:
  count:
    asm: |
      .again
      `+step+`
      sub $1, %bx
      test $0, %bx
      jgt .again
      xchg %bx, turn
      yield
      halt
tasks:
  - {name: A, program: count, registers: {bx: 20}}
  - {name: B, program: count, registers: {bx: 20}}
`)
		for _, level := range levels {
			inTime(t, func() string {
				r := runReal(t, w, Options{Level: level})
				n := final(r, 0, 0)
				if !lost && n != 40 || n > 40 {
					t.Errorf("level %s: %d, want 40", level, n)
				}
				if lost && n == 40 {
					return "nothing was lost"
				}
				return ""
			})
		}
	}
}
