package sim

import (
	"cmp"
	"slices"

	"timeslice/sim/trace"
	"timeslice/sim/workload"
)

// New makes a machine that stands before the first instant of a run.
func New(cfg Config) (*Machine, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.Interventions = slices.Clone(cfg.Interventions)
	m := &Machine{config: cfg, opsMost: endlessOps, rec: trace.NewRecording(trace.Header{})}
	m.survive(m.reset)
	return m, nil
}

// reset takes the machine to before the first instant.
func (m *Machine) reset() {
	w := m.config.Workload
	*m = Machine{
		config:     m.config,
		guarded:    m.guarded,
		opsMost:    m.opsMost,
		rec:        m.rec,
		conv:       w.Conventions,
		switchCost: Time(w.Machine.Switch),
		tick:       Time(w.Machine.Tick),
		migration:  Time(w.Machine.Migration),
		caches:     newCaches(&w.Machine),
		cpus:       make([]cpu, w.Machine.CPUs),
		idle:       make([]uint64, (w.Machine.CPUs+63)/64),
		res:        make([]resource, len(w.Resources)),
		cpuTimers:  newTimers(w.Machine.CPUs),
		taskTimers: newTimers(len(w.Tasks)),
		jobTimers:  newTimers(0),
		gilTimers:  newTimers(0),
		hot:        make([]pcb, len(w.Tasks)),
		cold:       make([]record, len(w.Tasks)),
		plan:       slices.Clone(m.config.Interventions),
		patience:   cmp.Or(m.config.Patience, patience),
		refusals:   make([]refusal, w.Machine.CPUs),
		random:     w.Seed,
		name:       w.Policy.Name,
	}
	m.view.m = m
	m.rec.Reset(header(w, m))
	m.values = make([][]int64, len(w.Variables))
	for _, p := range m.programs {
		m.headerTexts(p.of)
	}
	for i := range m.cpus {
		m.cpus[i] = cpu{task: NoTask, last: NoTask, opEnd: Never, sliceEnd: Never}
		m.setIdle(i)
	}
	for i := range m.res {
		m.res[i] = newResource(&w.Resources[i])
	}
	slices.SortStableFunc(m.plan, func(a, b Intervention) int { return compareTimes(a.when(), b.when()) })
	m.alarm = Never
	m.prepareLoans(w)
	m.prepareBanker(w)
	m.prepareGILs(w)
	m.prepareMemory(w)
	m.arrivals = make([]arrival, len(w.Tasks))
	for i := range w.Tasks {
		m.initTask(TaskID(i), &w.Tasks[i])
		m.arrivals[i] = arrival{Time(w.Tasks[i].Arrival), TaskID(i)}
	}
	slices.SortStableFunc(m.arrivals, func(a, b arrival) int { return compareTimes(a.at, b.at) })
	if related(&m.config) {
		m.relate()
	}
	m.openPipes()
	m.openNetwork()
	m.findJobs()
	m.attach(m.config.Policy)
	m.rec.Header.Policies = append(m.rec.Header.Policies, m.describe())
	m.rec.Header.Queues = append(m.rec.Header.Queues, m.describeQueues()...)
}

// patience is how often a policy may let a CPU idle beside a task.
const patience = 10_000

func compareTimes(a, b Time) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (m *Machine) initTask(id TaskID, t *workload.Task) {
	m.hot[id] = pcb{state: trace.New, next: NoTask}
	if t.Affinity != nil && len(t.Affinity) < len(m.cpus) {
		m.hot[id].flags |= bound
		m.view.bound = true
	}
	m.cold[id] = record{
		cursor:  workload.Cursor{Program: t.Program},
		task:    t,
		program: int32(m.rec.Header.Tasks[id].Program),
		gil:     m.gilFor(id),
	}
	if inJobs(t) {
		m.newJobs(id, t)
	}
	if m.loans != nil {
		m.joinLoans(id)
	}
	if m.bank != nil {
		m.joinBank(id, t)
	}
	if m.mem != nil {
		m.joinMemory(id)
	}
}
