package workload

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// expectSums reads what textbooks compute beside a run: guessed bursts, lags.
func (r *reader) expectSums(e *Expect, name string, n *yaml.Node) {
	if name == "guesses" {
		e.Guesses = r.numbers(n, name)
		return
	}
	for _, row := range r.list(n, name, "a list of lists, of a number for each task") {
		e.Lags = append(e.Lags, r.numbers(row, name))
	}
}

func (r *reader) numbers(n *yaml.Node, what string) (all []Number) {
	for _, v := range r.list(n, what, "a list of numbers") {
		if x, ok := r.number(v, what); ok {
			all = append(all, x)
		}
	}
	return all
}

// sums writes them.
func (o *writer) sums(e *Expect) {
	row := func(numbers []Number) string {
		parts := make([]string, len(numbers))
		for i := range numbers {
			parts[i] = numbers[i].str()
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if e.Guesses != nil {
		o.line(1, "guesses: ", row(e.Guesses))
	}
	if e.Lags != nil {
		rows := make([]string, len(e.Lags))
		for i := range e.Lags {
			rows[i] = row(e.Lags[i])
		}
		o.rows("lags", rows)
	}
}
