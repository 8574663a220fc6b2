package trace

// interrupt lets a task compute for so long before it goes on with the operation
// it is at.
func (m *moment) interrupt(t *taskState, length Time) {
	if t.state == Running {
		t.work += length
	} else {
		t.work -= length
	}
}
