package explore

import (
	"crypto/sha256"
	"encoding/binary"
	"reflect"

	"timeslice/sim"
	"timeslice/sim/trace"
)

// key identifies a state of a run: from equal ones the same can come.
type key [sha256.Size]byte

// left out are the fields of the kernel that say how a run has come to a state,
// or what is the same in every state, not what can come of it. What isn't here
// belongs to the state: a field that the kernel gets is taken in by itself, and
// at worst two states that are alike are told apart.
var leftOut = map[string]bool{
	"Machine.rec": true, "Machine.view": true, "Machine.conv": true, "Machine.switchCost": true, "Machine.tick": true,
	"Machine.programs": true, "Machine.texts": true, "Machine.arrivals": true, "Machine.plan": true, "Machine.config": true,
	"Machine.policy": true, "Machine.slicer": true, "Machine.preempter": true, "Machine.accountant": true, "Machine.blocker": true,
	"Machine.periodic": true, "Machine.explain": true, "Machine.name": true, "Machine.faults": true, "Machine.failure": true,
	"Machine.now": true, "Machine.done": true, "Machine.doneAt": true, "Machine.pauser": true, "Machine.seq": true, "Machine.ops": true, "Machine.preempts": true, "Machine.refusals": true,
	"Machine.due": true, "Machine.expired": true, "Machine.landed": true,
	"pcb.ran": true, "pcb.rest": true, "pcb.seq": true, "pcb.home": true, "pcb.cpu": true,
	"record.task": true, "record.key": true,
	"cpu.last": true, "cpu.began": true, "cpu.lastEnd": true, "cpu.since": true,
	"Cursor.Program": true, "timers.node": true, "timers.leaves": true,
}

// whileBlocked are fields that mean something only of a task that waits.
var whileBlocked = map[string]bool{"pcb.cause": true, "pcb.object": true, "pcb.next": true}

// instants are fields that hold one: what matters of it is how far off it is.
var instants = map[string]bool{"cpu.opEnd": true, "cpu.sliceEnd": true, "record.deadline": true, "Machine.firing": true}

// digest makes the key of a state.
type digest struct {
	b       []byte
	now     sim.Time
	blocked bool // what is looked at is of a task that waits
}

func (d *digest) number(n int64) { d.b = binary.AppendVarint(d.b, n) }

// instant takes in how far off an instant is. One that has passed is as good as
// any other.
func (d *digest) instant(t sim.Time) {
	switch {
	case t >= trace.Never-1:
		d.number(-2)
	case t < d.now:
		d.number(-1)
	default:
		d.number(int64(t - d.now))
	}
}

// add takes in a value of the kernel.
func (d *digest) add(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		d.number(map[bool]int64{true: 1}[v.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.number(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		d.b = binary.AppendUvarint(d.b, v.Uint())
	case reflect.String:
		d.number(int64(v.Len()))
		d.b = append(d.b, v.String()...)
	case reflect.Slice, reflect.Array:
		d.number(int64(v.Len()))
		for i := range v.Len() {
			d.add(v.Index(i))
		}
	case reflect.Pointer:
		switch {
		case v.IsNil():
			d.number(0)
		case v.Elem().Type().PkgPath() == reflect.TypeFor[sim.Machine]().PkgPath():
			d.add(v.Elem())
		default:
			d.b = binary.AppendUvarint(d.b, uint64(v.Pointer())) // of the workload, the same in all runs
		}
	case reflect.Map:
		d.number(int64(v.Len()))
		d.b = append(d.b, mapped(v, d)...)
	case reflect.Struct:
		d.fields(v)
	}
}

// mapped takes in a map, whatever order its members come in.
func mapped(v reflect.Value, like *digest) []byte {
	sum := make([]byte, sha256.Size)
	for it := v.MapRange(); it.Next(); {
		one := digest{now: like.now}
		one.add(it.Key())
		one.add(it.Value())
		for i, x := range sha256.Sum256(one.b) {
			sum[i] ^= x
		}
	}
	return sum
}

func (d *digest) fields(v reflect.Value) {
	t := v.Type()
	switch t.Name() {
	case "timers":
		at := v.FieldByName("at")
		for i := range at.Len() {
			if n := at.Index(i).Uint(); n > uint64(trace.Never) {
				d.number(-2)
			} else {
				d.instant(sim.Time(n))
			}
		}
		return
	case "ring":
		slot, head, n := v.FieldByName("slot"), int(v.FieldByName("head").Int()), int(v.FieldByName("n").Int())
		d.number(int64(n))
		for i := range n {
			d.add(slot.Index((head + i) % slot.Len()))
		}
		return
	case "pcb":
		d.blocked = trace.State(v.FieldByName("state").Uint()) == trace.Blocked
	}
	for i := range t.NumField() {
		name := t.Name() + "." + t.Field(i).Name
		switch {
		case leftOut[name], whileBlocked[name] && !d.blocked:
		case instants[name]:
			d.instant(sim.Time(v.Field(i).Int()))
		default:
			d.add(v.Field(i))
		}
	}
}

// keyOf makes the key of the state a run is in, when somebody has to choose.
func keyOf(m *sim.Machine, w *watcher, options []sim.TaskID) key {
	d := digest{now: m.Now()}
	machine := reflect.ValueOf(m).Elem()
	if machine.FieldByName("arrived").Int() < int64(machine.FieldByName("arrivals").Len()) ||
		machine.FieldByName("planned").Int() < int64(machine.FieldByName("plan").Len()) ||
		machine.FieldByName("jobs").Len() > 0 {
		d.number(int64(m.Now())) // things are to happen at instants of the run
	}
	d.add(machine)
	d.waitingOrder(machine)
	d.number(int64(len(w.printed)))
	for _, l := range w.printed {
		d.number(int64(l.Task))
		d.number(int64(len(l.Text)))
		d.b = append(d.b, l.Text...)
	}
	for _, code := range w.exits {
		d.number(code)
	}
	d.b = w.losses.AppendState(d.b)
	for _, task := range options {
		d.number(int64(task))
	}
	return sha256.Sum256(d.b)
}

// waitingOrder takes in the order in which those who wait for an instant began to:
// at one instant they come back in it.
func (d *digest) waitingOrder(machine reflect.Value) {
	at, hot := machine.FieldByName("taskTimers").FieldByName("at"), machine.FieldByName("hot")
	for i := range hot.Len() {
		if at.Index(i).Uint() > uint64(trace.Never) {
			continue
		}
		before := 0
		for k := range hot.Len() {
			if at.Index(k).Uint() == at.Index(i).Uint() && hot.Index(k).FieldByName("seq").Uint() < hot.Index(i).FieldByName("seq").Uint() {
				before++
			}
		}
		d.number(int64(before))
	}
}
