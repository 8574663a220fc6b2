package workload

import (
	"fmt"
	"strings"
)

// MaxErrors is how many faults of one file are reported.
const MaxErrors = 10

// Error is one fault of a file: where it is, what stands there, and what would
// be right.
type Error struct {
	File   string
	Line   int // from 1; 0 = the whole file
	Column int // from 1, in bytes; 0 = the whole line
	Found  string
	Want   string
}

// Error returns "file:line:column: found; want".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.File == "" {
		b.WriteString("workload")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ":%d", e.Column)
		}
	}
	b.WriteString(": ")
	b.WriteString(e.Found)
	if e.Want != "" {
		b.WriteString("; ")
		b.WriteString(e.Want)
	}
	return b.String()
}

// Errors is every fault found in a file, in the order they were found, at most
// [MaxErrors] of them.
type Errors []*Error

// Error returns one line for each fault.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Nearest returns the name among known that word was most likely meant to be,
// or "" if none is near.
func Nearest(word string, known []string) string {
	best, bestDistance := "", min(len(word)/4+2, (len(word)+1)/2)
	low := strings.ToLower(word)
	if len(low) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(low, strings.ToLower(k)); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with a
// neighbour to turn a into b.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var rows [3][65]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// wantOneOf says what a misspelt word may be: a suggestion if one is near, else
// what there is.
func wantOneOf(word string, known []string) string {
	const most = 20
	if n := Nearest(word, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	if len(known) > most {
		return fmt.Sprintf("known here: %s and %d more", strings.Join(known[:most], ", "), len(known)-most)
	}
	return "known here: " + strings.Join(known, ", ")
}

// quote shows a piece of the file in a message: in quotes, on one line, cut if
// it is long.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		cut := most
		for cut > 0 && s[cut]&0xC0 == 0x80 {
			cut--
		}
		return fmt.Sprintf("%q…", s[:cut])
	}
	return fmt.Sprintf("%q", s)
}
