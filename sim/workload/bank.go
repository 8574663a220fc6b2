package workload

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bank is a table of who has how many units of which resource, for the banker's
// algorithm or for detecting deadlocks. A reference case of that sort has it
// instead of tasks.
type Bank struct {
	// Detect looks for deadlocks: Need is what each asks for now. Otherwise it is
	// what each may still ask for.
	Detect     bool
	Processes  []string
	Available  []int64
	Allocation [][]int64 // by process
	Need       [][]int64
	// Asks is the process, an index, that asks for Amount; -1 if none does.
	Asks   int
	Amount []int64

	Expect BankExpect
}

// BankExpect is what the case says of it; only what is set is compared.
type BankExpect struct {
	Result  string
	Orders  *int64    // in how many orders all can end
	Order   []string  // the first order found; nil if there is none to compare
	NoOrder bool      // it says there is none
	Safe    []string  // an order that works
	Need    [][]int64 // by process
	Stuck   *[]string // who is deadlocked
}

// bank reads the table of a case whose policy is the banker or a detection.
func (r *reader) bank(root *yaml.Node, policy string) {
	n := lookup(root, "state")
	if n == nil {
		r.fail(root, "no state", `"state": {"processes": […], "available": […], "allocation": {…}, "max": {…}}`)
		return
	}
	b := &Bank{Detect: policy == bankDetect, Asks: -1}
	before := len(r.errs)
	for _, v := range r.list(lookup(n, "processes"), "processes", "a list of names") {
		if name, ok := r.name(v, "processes"); ok {
			b.Processes = append(b.Processes, name)
		}
	}
	b.Available = r.units(lookup(n, "available"), "available", -1)
	table := func(key string) [][]int64 {
		v := lookup(n, key)
		if v == nil {
			r.fail(n, "no "+key, key+": a row of numbers for each process")
			return nil
		}
		return r.unitTable(v, key, b)
	}
	b.Allocation = table("allocation")
	if b.Detect {
		b.Need = table("request")
	} else {
		b.Need = table("max")
	}
	if len(r.errs) > before {
		return
	}
	if !b.Detect {
		for i := range b.Need {
			for k := range b.Need[i] {
				if b.Need[i][k] -= b.Allocation[i][k]; b.Need[i][k] < 0 {
					r.fail(lookup(n, "max"), "max of "+quote(b.Processes[i])+" is less than it has", "a claim of at least the allocation")
					return
				}
			}
		}
	}
	if v := lookup(n, "new_request"); v != nil {
		r.bankRequest(b, v)
	}
	if v := lookup(root, "expect"); v != nil {
		r.bankExpect(b, v)
	}
	r.w.Bank = b
}

func (r *reader) bankRequest(b *Bank, v *yaml.Node) {
	who := lookup(v, "process")
	if who == nil || slices.Index(b.Processes, who.Value) < 0 {
		r.fail(v, "new_request of nobody", "one of processes")
		return
	}
	b.Asks = slices.Index(b.Processes, who.Value)
	b.Amount = r.units(lookup(v, "amount"), "amount", len(b.Available))
}

// units reads a row of numbers; n is how many there must be, -1 = any.
func (r *reader) units(v *yaml.Node, what string, n int) []int64 {
	const want = "a list of numbers, one for each resource"
	if v == nil {
		r.fail(&yaml.Node{Line: 1, Column: 1}, "no "+what, want)
		return nil
	}
	row := []int64{}
	for _, x := range r.list(v, what, want) {
		if number, ok := r.int(x, what, 0, maxNumber>>8); ok {
			row = append(row, number)
		}
	}
	if n >= 0 && len(row) != n {
		r.fail(v, what+": a row of another length than available", want)
	}
	return row
}

// unitTable reads a row for each process.
func (r *reader) unitTable(v *yaml.Node, what string, b *Bank) [][]int64 {
	rows := make([][]int64, len(b.Processes))
	for i, name := range b.Processes {
		row := lookup(v, name)
		if row == nil {
			r.fail(v, what+": nothing of "+quote(name), "a row for each process")
			return nil
		}
		rows[i] = r.units(row, what, len(b.Available))
	}
	return rows
}

func (r *reader) bankExpect(b *Bank, n *yaml.Node) {
	e := &b.Expect
	names := func(v *yaml.Node, what string) []string {
		list := []string{}
		for _, x := range r.list(v, what, "a list of names") {
			list = append(list, x.Value)
		}
		return list
	}
	r.each(n, "expect", nil, func(key string, _, v *yaml.Node) {
		switch key {
		case "result":
			e.Result, _ = r.scalar(v, key, "a word")
		case "sequences":
			if count, ok := r.int(v, key, 0, maxNumber); ok {
				e.Orders = &count
			}
		case "first_fit_sequence":
			if e.NoOrder = isNull(v); !e.NoOrder {
				e.Order = names(v, key)
			}
		case "safe_sequence":
			e.Safe = names(v, key)
		case "need":
			e.Need = r.unitTable(v, key, b)
		case "deadlocked":
			list := names(v, key)
			e.Stuck = &list
		}
	})
}

// bankDetect is the policy, in name, of tables in which deadlocks are looked for;
// all others are the banker's.
const bankDetect = "deadlock_detect"

// bank writes the table and what is expected of it, each in a line.
func (o *writer) bank() {
	b := o.w.Bank
	if b == nil {
		return
	}
	list := func(names []string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = str(n)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	row := func(units []int64) string {
		words := make([]string, len(units))
		for i, n := range units {
			words[i] = strconv.FormatInt(n, 10)
		}
		return "[" + strings.Join(words, ", ") + "]"
	}
	table := func(rows [][]int64) string {
		parts := make([]string, len(rows))
		for i, units := range rows {
			parts[i] = str(b.Processes[i]) + ": " + row(units)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	o.line(0, "bank:")
	o.line(1, "state:")
	o.line(2, "processes: ", list(b.Processes))
	o.line(2, "available: ", row(b.Available))
	o.line(2, "allocation: ", table(b.Allocation))
	if b.Detect {
		o.line(2, "request: ", table(b.Need))
	} else {
		claims := make([][]int64, len(b.Need))
		for i := range claims {
			claims[i] = slices.Clone(b.Need[i])
			for k := range claims[i] {
				claims[i][k] += b.Allocation[i][k]
			}
		}
		o.line(2, "max: ", table(claims))
	}
	if b.Asks >= 0 {
		o.line(2, "new_request: {process: ", str(b.Processes[b.Asks]), ", amount: ", row(b.Amount), "}")
	}
	e := &b.Expect
	var parts []string
	add := func(on bool, key string, value func() string) {
		if on {
			parts = append(parts, key+": "+value())
		}
	}
	add(e.Result != "", "result", func() string { return str(e.Result) })
	add(e.Orders != nil, "sequences", func() string { return strconv.FormatInt(*e.Orders, 10) })
	add(e.NoOrder, "first_fit_sequence", func() string { return "null" })
	add(e.Order != nil, "first_fit_sequence", func() string { return list(e.Order) })
	add(e.Safe != nil, "safe_sequence", func() string { return list(e.Safe) })
	add(e.Need != nil, "need", func() string { return table(e.Need) })
	add(e.Stuck != nil, "deadlocked", func() string { return list(*e.Stuck) })
	if len(parts) > 0 {
		o.line(1, "expect: {", strings.Join(parts, ", "), "}")
	}
}
