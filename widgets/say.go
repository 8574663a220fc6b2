package widgets

import (
	"fmt"
	"strings"
)

// Words says a sentence in the reader's language: its id, and the fields it
// names with their values in pairs, as app/words does. A nil one speaks English.
type Words func(id string, args ...any) string

// say returns the sentence of an id, or the English one given if there are no
// words or they don't have it.
func (w Words) say(id, english string, args ...any) string {
	if w != nil {
		if s := w(id, args...); s != "" && s != id {
			return s
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		english = strings.ReplaceAll(english, fmt.Sprint("{", args[i], "}"), fmt.Sprint(args[i+1]))
	}
	return english
}
