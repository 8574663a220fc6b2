// Package words says everything the program says, in the reader's language.
//
// Whoever speaks names a sentence by an id that never changes ("state.running")
// and the values that belong in it; the sentences stand in assets/translations,
// one file a language, an object of ids and templates:
//
//	"stage.lock.held": "held by {Task}",
//	"top.cpus": {"one": "{N} CPU", "other": "{N} CPUs"}
//
// A {Field} is replaced by its value. A template with forms is chosen by the
// field N: "one" if it is 1, else "other".
package words

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"timeslice/assets"
)

// Language is a language the program speaks.
type Language struct {
	Tag   string // BCP 47: "en", "zh-Hans", "zh-Hant"
	Name  string // its name in itself, for a menu
	Short string // the same for where there is little room
	file  string
}

var languages = []Language{
	{Tag: "en", Name: "English", Short: "EN", file: "en.json"},
	{Tag: "zh-Hans", Name: "简体中文", Short: "简", file: "zh_Hans.json"},
	{Tag: "zh-Hant", Name: "繁體中文", Short: "繁", file: "zh_Hant.json"},
}

// Languages returns the languages there are, in the order a menu shows them.
func Languages() []Language { return slices.Clone(languages) }

// Words speaks one language. It never changes, so any number of goroutines may
// use it.
type Words struct {
	language Language
	says     map[string]template
	english  map[string]template
}

// New returns the words of the language that comes nearest to the one asked
// for, a BCP 47 tag or the name of a locale; see [Match].
func New(lang string) *Words {
	tag := Match(lang)
	i := slices.IndexFunc(languages, func(l Language) bool { return l.Tag == tag })
	return &Words{language: languages[i], says: tables()[tag], english: tables()["en"]}
}

// Language returns the language spoken.
func (w *Words) Language() Language { return w.language }

// Lang returns the tag of the language spoken, "en", "zh-Hans" or "zh-Hant".
func (w *Words) Lang() string { return w.language.Tag }

// Has says whether there is a sentence of that id.
func (w *Words) Has(id string) bool {
	_, ok := w.english[id]
	return ok
}

// IDs returns the ids there are, sorted.
func (w *Words) IDs() []string { return slices.Sorted(maps.Keys(w.english)) }

// T returns the sentence of an id with its fields filled in. The values are
// given as pairs, T("stage.lock.held", "Task", "P2"), or as one
// map[string]any. A sentence that is missing is said in English, and one that
// is missing there too is the id itself; a field without a value stays as the
// template has it.
func (w *Words) T(id string, values ...any) string {
	said, ok := w.says[id]
	if !ok {
		if said, ok = w.english[id]; !ok {
			return id
		}
	}
	return said.fill(values)
}

// template is a sentence in one form, or in two.
type template struct {
	one, other []part
	plural     bool
}

// part is a piece of text, or a field to fill in.
type part struct {
	text  string
	field bool
}

func (t template) fill(values []any) string {
	parts := t.other
	if t.plural {
		if n, ok := value(values, "N"); ok && fmt.Sprint(n) == "1" {
			parts = t.one
		}
	}
	if len(parts) == 1 && !parts[0].field {
		return parts[0].text
	}
	var b strings.Builder
	for _, p := range parts {
		if !p.field {
			b.WriteString(p.text)
		} else if v, ok := value(values, p.text); !ok {
			b.WriteString("{" + p.text + "}")
		} else if s, ok := v.(string); ok {
			b.WriteString(s)
		} else {
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

// value finds the value of a field among what [Words.T] was given.
func value(values []any, field string) (any, bool) {
	if len(values) == 1 {
		if m, ok := values[0].(map[string]any); ok {
			v, ok := m[field]
			return v, ok
		}
	}
	for i := 0; i+1 < len(values); i += 2 {
		if values[i] == field {
			return values[i+1], true
		}
	}
	return nil, false
}

// UnmarshalJSON reads a template from a string, or from an object of forms.
func (t *template) UnmarshalJSON(data []byte) error {
	var plain string
	if err := json.Unmarshal(data, &plain); err == nil {
		t.other = parse(plain)
		return nil
	}
	var forms struct{ One, Other *string }
	if err := json.Unmarshal(data, &forms); err != nil {
		return err
	}
	if forms.One == nil || forms.Other == nil {
		return fmt.Errorf(`%s lacks one of the forms "one" and "other"`, data)
	}
	*t = template{one: parse(*forms.One), other: parse(*forms.Other), plural: true}
	return nil
}

// parse cuts a template at its fields. Braces around anything but a name are
// text.
func parse(s string) (parts []part) {
	for s != "" {
		open := strings.IndexByte(s, '{')
		length := strings.IndexByte(s[max(open, 0):], '}')
		if open < 0 || length < 0 {
			return append(parts, part{text: s})
		}
		end := open + length
		if name := s[open+1 : end]; isName(name) {
			if open > 0 {
				parts = append(parts, part{text: s[:open]})
			}
			parts = append(parts, part{text: name, field: true})
		} else {
			parts = append(parts, part{text: s[:end+1]})
		}
		s = s[end+1:]
	}
	return parts
}

func isName(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// tables reads the translations, once. They are part of the program, so that
// one that can't be read is a mistake of ours.
var tables = sync.OnceValue(func() map[string]map[string]template {
	all := map[string]map[string]template{}
	for _, l := range languages {
		data, err := assets.Translations.ReadFile("translations/" + l.file)
		if err != nil {
			panic(err)
		}
		table := map[string]template{}
		if err := json.Unmarshal(data, &table); err != nil {
			panic(fmt.Errorf("translations/%s: %w", l.file, err))
		}
		all[l.Tag] = table
	}
	return all
})
