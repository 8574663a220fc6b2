package sim_test

import "testing"

func TestSmoke(t *testing.T) {
	w := computer(1, task(0, cpu(5), io(0, 3), cpu(2)), task(1, repeat(2), cpu(3), lock(1), cpu(1), unlock(1), end()), task(2, lock(1), cpu(9), unlock(1)))
	w.Resources = resources()
	m := run(t, w, choose(t, "rr quantum=2"))
	t.Log("\n" + transcript(m.Recording()))
}
