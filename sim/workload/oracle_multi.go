package workload

import (
	"strconv"
	"strings"
)

// oracleMulti turns the parameters of a case of several CPUs with caches into a
// machine and a policy. Its quanta are the same for everybody: all CPUs look at
// the clock together, which is a timer tick of that length and a slice that any
// tick ends. It counts in whole ticks.
func (r *reader) oracleMulti() {
	m, p := &r.w.Machine, &r.w.Policy
	m.Cache.Grain = r.w.Unit
	given := p.Params
	p.Params = nil
	for _, x := range given {
		value := strings.Join(x.Values, " ")
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil || number < 0 || number > maxNumber {
			number = 0
		}
		length := saturate(0, r.w.Unit, number)
		switch x.Name {
		case "quantum":
			m.Tick = min(max(length, 1), MaxTime)
			x.Values = []string{"1ns"}
		case "per_cpu_queues":
			if x.Name, x.Values = "queues", []string{"global"}; value == "true" {
				x.Values = []string{"per_cpu"}
				p.Params = append(p.Params, Param{Name: "steal", Values: []string{"false"}, Pos: x.Pos})
			}
		case "peek_interval":
			x.Name = "peek"
		case "cpu_orders":
			x.Values = strings.Fields(value)
		case "warmup_time":
			m.Cache.Warmup = min(length, MaxTime)
			continue
		case "warm_rate":
			m.Cache.Rate = min(max(number, 1), MaxRate)
			continue
		case "cache_size":
			m.Cache.Size = number
			continue
		case "random_order": // the orders are there if it is
			continue
		}
		p.Params = append(p.Params, x)
	}
}
