package policy

import "timeslice/sim"

// place gives a task the first or the last place of its level.
func (p *mlfq) place(t *mlfqTask, first bool) {
	l := &p.level[t.level]
	if first {
		l.first--
		t.place = l.first
	} else {
		l.last++
		t.place = l.last
	}
}

// insert puts a task that stands at the tail of its level's queue to where its
// place is.
func (p *mlfq) insert(task sim.TaskID) {
	t := &p.tasks[task]
	l := &p.level[t.level]
	t.ready = true
	p.some |= 1 << t.level
	p.v.SetSlice(task, t.left)
	next := l.head
	if l.tail == sim.NoTask || p.tasks[l.tail].place < t.place {
		next = sim.NoTask
	}
	for next != sim.NoTask && p.tasks[next].place < t.place {
		next = p.tasks[next].next
	}
	t.next, t.prev = next, l.tail
	if next != sim.NoTask {
		t.prev = p.tasks[next].prev
		p.tasks[next].prev = task
		p.v.ToHead(task)
		for before := t.prev; before != sim.NoTask; before = p.tasks[before].prev {
			p.v.ToHead(before)
		}
	} else {
		l.tail = task
	}
	if t.prev != sim.NoTask {
		p.tasks[t.prev].next = task
	} else {
		l.head = task
	}
}

func (p *mlfq) Remove(task sim.TaskID) {
	t := &p.tasks[task]
	l := &p.level[t.level]
	t.ready = false
	if t.prev != sim.NoTask {
		p.tasks[t.prev].next = t.next
	} else {
		l.head = t.next
	}
	if t.next != sim.NoTask {
		p.tasks[t.next].prev = t.prev
	} else {
		l.tail = t.prev
	}
	if l.head == sim.NoTask {
		p.some &^= 1 << t.level
	}
}
