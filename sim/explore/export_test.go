package explore

import (
	"reflect"
	"strings"

	"timeslice/sim"
)

// NamedFields returns the fields of the kernel that are spoken of by name.
func NamedFields() (all []string) {
	for _, names := range []map[string]bool{leftOut, whileBlocked, instants} {
		for name := range names {
			all = append(all, name)
		}
	}
	return all
}

// HasField reports whether the kernel has a field, told as "struct.field".
func HasField(name string) bool {
	of, field, _ := strings.Cut(name, ".")
	return hasField(reflect.TypeFor[sim.Machine](), of, field, map[reflect.Type]bool{})
}

func hasField(t reflect.Type, of, field string, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return false
	}
	seen[t] = true
	if _, ok := t.FieldByName(field); ok && t.Name() == of {
		return true
	}
	for i := range t.NumField() {
		if hasField(t.Field(i).Type, of, field, seen) {
			return true
		}
	}
	return false
}
