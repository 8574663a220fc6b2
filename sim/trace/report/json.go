package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"timeslice/sim/trace"
)

// Format is what the JSON calls itself.
const Format = "timeslice-run/1"

// JSON writes the whole run as one object. Keys may be added in time, never
// renamed. Equal recordings give equal bytes.
func (r *Report) JSON(to io.Writer) error {
	out := writer{w: bufio.NewWriter(to)}
	h := r.header
	out.text("{")
	out.key("format", Quote(Format))
	out.key("id", Quote(h.ID))
	out.key("origin", Quote(string(h.Origin)))
	out.key("workload", Quote(h.Workload))
	out.key("policy", r.PolicyJSON())
	out.key("unit", Quote(h.UnitText))
	out.key("seed", strconv.FormatUint(h.Seed, 10))
	out.key("machine", r.machineJSON())
	out.key("conventions", settings(h.Conventions))
	if h.Recorded != nil {
		out.key("recorded", recorded(h.Recorded))
	}
	for _, remark := range r.Remarks {
		out.key(remark.Key, remark.JSON)
	}
	out.key("hash", Quote(r.rec.Hash()))
	out.key("end", r.time(r.rec.End()))
	out.key("processes", "{")
	for i, t := range h.Tasks {
		out.row(i, Quote(t.Name)+": "+r.TaskJSON(i))
	}
	out.text("}")
	out.key("timeline", "[")
	for i, run := range r.Timeline() {
		out.row(i, "["+r.time(run.Start)+", "+r.time(run.End)+", "+strconv.Itoa(run.CPU)+", "+Quote(h.Tasks[run.Task].Name)+"]")
	}
	out.text("]")
	out.key("states", "{")
	for i, t := range h.Tasks {
		states := r.states(i)
		if r.Reference.Family == "process_run" {
			states = r.referenceStates(i)
		}
		out.row(i, Quote(t.Name)+": ["+states+"]")
	}
	out.text("}")
	if locks := r.LockEvents(); locks != nil {
		out.key("lock_events", "[")
		for i, e := range locks {
			out.row(i, "["+r.time(e.Time)+", "+Quote(e.What)+", "+Quote(h.Tasks[e.Task].Name)+", "+Quote(h.Resources[e.Lock].Name)+"]")
		}
		out.text("]")
	}
	r.jsonReference(&out)
	switch {
	case r.Reference.Trees > 0:
		out.key("trees", "[")
		r.referenceTrees(&out)
		out.text("]")
	case r.header.Related():
		r.jsonTrees(&out)
	}
	if r.header.InJobs() {
		out.key("jobs", "[")
		for i := range r.jobs {
			out.row(i, r.JobJSON(&r.jobs[i]))
		}
		out.text("]")
	}
	r.jsonDeadlocks(&out)
	out.key("events", "[")
	r.jsonEvents(&out)
	out.text("]")
	r.memory(&out)
	out.key("totals", r.TotalsJSON())
	out.text("\n}\n")
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// machineJSON returns the machine as an object.
func (r *Report) machineJSON() string {
	h := r.header
	parts := []string{`"cpus": ` + strconv.Itoa(h.CPUs), `"switch": ` + r.time(h.Switch), `"tick": ` + r.time(h.Tick)}
	if h.Migration > 0 {
		parts = append(parts, `"migration": `+r.time(h.Migration))
	}
	if c := h.Cache; c != nil {
		cache := fmt.Sprintf(`"cache": {"size": %d, "warmup": %s, "rate": %d`, c.Size, r.time(c.Warmup), c.Rate)
		if c.Grain > 0 {
			cache += `, "grain": ` + r.time(c.Grain)
		}
		parts = append(parts, cache+"}")
	}
	if m := h.Memory; m != nil {
		parts = append(parts, r.memoryJSON(m)...)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// TaskJSON returns the figures of a task as an object.
func (r *Report) TaskJSON(task int) string {
	var parts []string
	for _, name := range r.taskFigures() {
		text, _ := r.Figure(task, name)
		if name == "exit" && text != "null" {
			text = Quote(text)
		}
		parts = append(parts, Quote(name)+": "+text)
	}
	var causes []string
	for _, cause := range trace.Causes() {
		if d := r.figures.Tasks[task].ByCause[cause]; d > 0 {
			causes = append(causes, Quote(cause.String())+": "+r.time(d))
		}
	}
	parts = append(parts, `"blocked_by": {`+strings.Join(causes, ", ")+"}")
	return "{" + strings.Join(parts, ", ") + "}"
}

// TotalsJSON returns the figures of the whole run as an object.
func (r *Report) TotalsJSON() string {
	var parts []string
	for _, name := range Totals {
		value, _ := r.Total(name)
		parts = append(parts, Quote(name)+": "+Number(value))
	}
	busy := make([]string, r.header.CPUs)
	for cpu := range busy {
		busy[cpu] = r.Busy(cpu)
	}
	for _, name := range r.memoryTotals() {
		value, _ := r.Total(name)
		parts = append(parts, Quote(name)+": "+Number(value))
	}
	parts = append(parts, r.jobTotals()...)
	if r.Reference.Family == "process_run" {
		parts = append(parts, r.referenceTotals()...)
	} else {
		parts = append(parts, `"cpu_busy": [`+strings.Join(busy, ", ")+"]")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Number writes an exact value as JSON: all of it if it is a decimal of a few
// places, else as the number nearest to it that a reader can hold.
func Number(value *big.Rat) string {
	if value == nil {
		return "null"
	}
	if value.IsInt() {
		return value.Num().String()
	}
	const mostPlaces = 15
	if places, exact := value.FloatPrec(); exact && places <= mostPlaces {
		return value.FloatString(places)
	}
	nearest, _ := value.Float64()
	return strconv.FormatFloat(nearest, 'f', -1, 64)
}

// PolicyJSON returns the policy of the run as an object.
func (r *Report) PolicyJSON() string {
	h := r.header
	if len(h.Policies) == 0 {
		if h.Recorded != nil {
			return `{"name": ` + Quote(h.Recorded.Policy) + `, "params": {}}`
		}
		return "null"
	}
	p := h.Policies[0]
	return `{"name": ` + Quote(p.Name) + `, "params": ` + params(p.Params) + "}"
}

// params writes what is a number or a truth value as such.
func params(list []trace.Setting) string {
	parts := make([]string, len(list))
	for i, s := range list {
		value := Quote(s.Value)
		if json.Valid([]byte(s.Value)) && !strings.HasPrefix(s.Value, "{") {
			value = s.Value
		}
		parts[i] = Quote(s.Name) + ": " + value
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func settings(list []trace.Setting) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = Quote(s.Name) + ": " + Quote(s.Value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func recorded(x *trace.Recorded) string {
	return "{" + strings.Join([]string{
		`"level": ` + Quote(x.Level), `"system": ` + Quote(x.System), `"policy": ` + Quote(x.Policy),
		`"cpu": ` + strconv.Itoa(x.CPU), `"interference": ` + strconv.FormatFloat(x.Interference, 'f', 6, 64),
	}, ", ") + "}"
}

// states returns the spans of a task from arrival to end.
func (r *Report) states(task int) string {
	var parts []string
	for _, s := range r.States(task) {
		parts = append(parts, "["+r.time(s.Start)+", "+r.time(s.End)+", "+Quote(StateName(s))+"]")
	}
	return strings.Join(parts, ", ")
}

// event returns [time, kind, task, details].
func (r *Report) event(e trace.Event) string {
	h := r.header
	text := "[" + r.time(e.Time) + ", " + Quote(e.Kind.String()) + ", "
	if e.Task == trace.NoTask {
		text += "null"
	} else {
		text += Quote(h.Tasks[e.Task].Name)
	}
	var more []string
	if e.Kind.OnCPU() {
		more = append(more, `"cpu": `+strconv.Itoa(e.CPU))
	}
	if e.Kind.OnVariable() {
		more = append(more, `"variable": `+Quote(h.Variables[e.Object].Name))
	}
	if e.Kind.OnResource() {
		more = append(more, `"resource": `+Quote(h.Resources[e.Object].Name))
	}
	if n, ok := e.OfSignal(); ok && n > 0 {
		more = append(more, `"signal": `+Quote(trace.SignalName(n)))
	}
	if e.Kind.AboutTask() && e.Arg < int64(len(h.Tasks)) {
		other := "null"
		if e.Arg >= 0 {
			other = Quote(h.Tasks[e.Arg].Name)
		}
		more = append(more, `"other": `+other)
	}
	switch e.Kind {
	case trace.CopyPage, trace.BlockPage:
		more = append(more, `"page": `+strconv.Itoa(e.Object))
	case trace.SwapOut, trace.SwapIn:
		more = append(more, `"pages": `+strconv.FormatInt(e.Arg, 10))
	case trace.Exit, trace.Defunct:
		more = append(more, `"code": `+strconv.FormatInt(e.Arg, 10))
	case trace.Write, trace.WriteSome, trace.Read, trace.SendSome, trace.Send, trace.Receive:
		more = append(more, `"bytes": `+strconv.FormatInt(e.Arg, 10))
	case trace.OpenEnd, trace.CloseEnd, trace.DropEnd:
		more = append(more, `"ends": `+Quote([]string{"none", "read", "write", "both"}[e.Arg&3]))
	case trace.WakeTimer, trace.TookTimer:
		more = append(more, `"times": `+strconv.FormatInt(e.Arg, 10))
	case trace.Print:
		more = append(more, `"text": `+Quote(h.Texts[e.Object].With(e.Arg)))
	case trace.Connect, trace.Queued, trace.Accept:
		more = append(more, `"connection": `+strconv.FormatInt(e.Arg, 10))
	case trace.Transmit, trace.Retransmit, trace.Deliver, trace.Vanish, trace.Abandon, trace.Overflow, trace.InOrder:
		more = append(more, packet(e.Arg)...)
	case trace.TakeRequest, trace.Answered, trace.Postponed, trace.WakeServe, trace.WakeRemote:
		if e.Arg >= 0 && e.Arg < int64(len(h.Tasks)) {
			more = append(more, `"by": `+Quote(h.Tasks[e.Arg].Name))
		}
	case trace.PutFor, trace.GetFor, trace.CoPut, trace.CoGet, trace.Put, trace.Get, trace.Load, trace.Acc, trace.Added, trace.Assign, trace.Store, trace.Atomic, trace.AtomicNo:
		more = append(more, `"value": `+strconv.FormatInt(e.Arg, 10))
	case trace.WakeLock, trace.WakePut, trace.WakeGet, trace.WakeDone, trace.Deadlock, trace.WakeTry, trace.WakeRead,
		trace.WakeAcquire, trace.WakeAwait, trace.WakeBarrier, trace.WakeBroken, trace.WakeOnce, trace.WakeGIL, trace.WakeRoom, trace.WakeBytes, trace.WakeResult:
		if e.Arg >= 0 && e.Arg < int64(len(h.Tasks)) {
			more = append(more, `"by": `+Quote(h.Tasks[e.Arg].Name))
		}
	case trace.Boosted:
		if e.Arg >= 0 && e.Arg < int64(len(h.Tasks)) {
			more = append(more, `"to": `+Quote(h.Tasks[e.Arg].Name))
		}
	case trace.Release, trace.Backlog, trace.NextJob, trace.JobDone, trace.Miss, trace.Abort:
		more = append(more, `"job": `+strconv.FormatInt(e.Arg, 10))
	case trace.Quantum:
		more = append(more, `"quantum": `+r.time(trace.Time(e.Arg)))
	case trace.Switched:
		if e.Object < len(h.Policies) {
			p := h.Policies[e.Object]
			more = append(more, `"policy": {"name": `+Quote(p.Name)+`, "params": `+params(p.Params)+"}")
			if p.Fault != nil {
				more = append(more, `"fault": `+r.fault(p.Fault))
			}
		}
	}
	if len(more) > 0 {
		text += ", {" + strings.Join(more, ", ") + "}"
	}
	return text + "]"
}

// packet returns what an event says of a packet.
func packet(arg int64) []string {
	p := trace.PacketOf(arg)
	from := "client"
	if p.Server {
		from = "server"
	}
	return []string{
		`"packet": ` + Quote(p.Kind.String()), `"from": ` + Quote(from),
		`"connection": ` + strconv.Itoa(p.Conn), `"n": ` + strconv.FormatInt(p.N, 10),
	}
}

// fault returns what a policy did wrong as an object.
func (r *Report) fault(f *trace.Fault) string {
	text := `{"code": ` + Quote(f.Code)
	if f.Task != trace.NoTask && int(f.Task) < len(r.header.Tasks) {
		text += `, "task": ` + Quote(r.header.Tasks[f.Task].Name)
	}
	if f.CPU >= 0 {
		text += `, "cpu": ` + strconv.Itoa(f.CPU)
	}
	if f.Text != "" {
		text += `, "text": ` + Quote(f.Text)
	}
	return text + "}"
}

// writer writes JSON in lines that a person can find something in.
type writer struct {
	w    *bufio.Writer
	keys int
	err  error
}

func (o *writer) text(s string) {
	if _, err := o.w.WriteString(s); err != nil && o.err == nil {
		o.err = err
	}
}

// key begins a member of the object.
func (o *writer) key(name, value string) {
	if o.keys++; o.keys > 1 {
		o.text(",")
	}
	o.text("\n" + Quote(name) + ": " + value)
}

// row writes a member of a list or object on a line of its own.
func (o *writer) row(i int, text string) {
	if i > 0 {
		o.text(",")
	}
	o.text("\n  " + text)
}

// Quote writes a text as JSON.
func Quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // strings always encode
		panic("report: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
