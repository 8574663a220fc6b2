package workload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const (
	// maxDepth is how deep lists and mappings may stand in each other: enough
	// for MaxNesting repeats, which take two levels each.
	maxDepth = 2*MaxNesting + 16
	// maxAliased is how many values aliases may add to those a file spells out.
	maxAliased = 1_000_000
)

// tree reads YAML or JSON into nodes and makes them plain: no aliases and no
// merge keys are left (what they stand for is shared in their place), keys are
// texts and unique, and nothing is nested or repeated beyond the limits.
func tree(file string, data []byte) (*yaml.Node, Errors) {
	root, err := parseJSON(data)
	if err != nil {
		if root, err = parseYAML(data); err != nil {
			return nil, Errors{yamlError(file, data, err)}
		}
	}
	p := plainer{file: file, seen: map[*yaml.Node]extent{}}
	p.plain(root, 1)
	return root, p.errs
}

// errManyDocuments is a second YAML document in the file.
type errManyDocuments struct{ line, column int }

func (errManyDocuments) Error() string { return "a second document" }

func parseYAML(data []byte) (root *yaml.Node, err error) {
	// The library is known to panic on some malformed texts; the file is then
	// malformed, whatever the reason.
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("yaml: %v", p)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: 1, Column: 1}, nil
	case err != nil:
		return nil, err
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, errManyDocuments{more.Line, more.Column}
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, errors.New("yaml: no single document")
	}
	return doc.Content[0], nil
}

// place says where an offset is.
func place(data []byte, offset int) Pos {
	before := data[:min(max(offset, 0), len(data))]
	return Pos{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: 1 + utf8.RuneCount(before[1+bytes.LastIndexByte(before, '\n'):]),
	}
}

var yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// yamlError gives an error of the YAML library the form of ours. The library
// knows the line only; the column is where that line's text begins.
func yamlError(file string, data []byte, err error) *Error {
	e := &Error{File: file, Want: "write it as YAML or JSON"}
	var many errManyDocuments
	if errors.As(err, &many) {
		e.Line, e.Column = many.line, many.column
		e.Found, e.Want = "a second document after ---", "a file holds one workload"
		return e
	}
	var syntax *json.SyntaxError
	if strings.HasSuffix(strings.ToLower(file), ".json") {
		if err := json.Unmarshal(data, new(json.RawMessage)); errors.As(err, &syntax) {
			at := place(data, int(syntax.Offset)-1)
			return &Error{file, at.Line, at.Column, "not JSON: " + syntax.Error(), "write it as JSON or YAML"}
		}
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlAnchor.FindStringSubmatch(text); m != nil {
		at := place(data, bytes.Index(data, []byte("*"+m[1])))
		return &Error{file, at.Line, at.Column, "the alias *" + m[1] + " of nothing", "mark what it stands for with &" + m[1] + ", before it"}
	}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	lines := bytes.Split(data, []byte("\n"))
	e.Line = min(max(e.Line, 1), len(lines))
	line := lines[e.Line-1]
	e.Column = 1 + utf8.RuneCount(line) - utf8.RuneCount(bytes.TrimLeft(line, " \t"))
	e.Found = "not YAML: " + text
	if strings.HasPrefix(text, "found character that cannot start any token") && bytes.Contains(line, []byte("\t")) {
		e.Want = "indent with spaces, not tabs"
	}
	return e
}

// parseJSON reads strict JSON into the same nodes. YAML libraries choke on some
// of it: tabs between tokens, surrogate pairs, long keys.
func parseJSON(data []byte) (*yaml.Node, error) {
	if start := bytes.TrimLeft(data, " \t\r\n"); len(start) == 0 || start[0] != '{' || !json.Valid(data) {
		return nil, errors.New("not JSON")
	}
	j := jsonReader{data: data, line: 1, column: 1, decoder: json.NewDecoder(bytes.NewReader(data))}
	j.decoder.UseNumber()
	return j.value(0)
}

type jsonReader struct {
	data         []byte
	decoder      *json.Decoder
	at           int // where line and column are
	line, column int
}

// value reads the next value; a closing bracket gives nil.
func (j *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth+1 {
		return nil, errors.New("too deep") // YAML then says where
	}
	start := int(j.decoder.InputOffset())
	token, err := j.decoder.Token()
	if err != nil {
		return nil, err
	}
	for start < len(j.data) && strings.IndexByte(" \t\r\n,:", j.data[start]) >= 0 {
		start++
	}
	j.moveTo(start)
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: j.line, Column: j.column}
	switch t := token.(type) {
	case nil:
		n.Tag, n.Value = "!!null", "null"
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(t)
	case json.Number:
		n.Tag, n.Value = "!!int", t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case string:
		n.Tag, n.Value, n.Style = "!!str", t, yaml.DoubleQuotedStyle
	case json.Delim:
		switch t {
		case '{':
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		case '[':
			n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		default:
			return nil, nil
		}
		for {
			child, err := j.value(depth + 1)
			if err != nil {
				return nil, err
			}
			if child == nil {
				return n, nil
			}
			n.Content = append(n.Content, child)
		}
	}
	return n, nil
}

func (j *jsonReader) moveTo(offset int) {
	for j.at < offset {
		r, size := utf8.DecodeRune(j.data[j.at:])
		j.at += size
		if j.column++; r == '\n' {
			j.line, j.column = j.line+1, 1
		}
	}
}

// plainer makes a tree plain and checks its shape.
type plainer struct {
	file  string
	errs  Errors
	seen  map[*yaml.Node]extent // of anchored nodes
	extra int64                 // values that aliases added
	stop  bool                  // an alias is at fault: the rest can't be walked
}

// extent is how many values a node holds, itself included, and how many levels.
type extent struct {
	values, height int64
	open           bool // not known yet: an alias to it would hold itself
}

func (p *plainer) fail(n *yaml.Node, found, want string) {
	if len(p.errs) < MaxErrors {
		p.errs = append(p.errs, &Error{p.file, n.Line, n.Column, found, want})
	}
}

func (p *plainer) plain(n *yaml.Node, depth int64) extent {
	e := extent{values: 1, height: 1}
	if depth > maxDepth {
		p.fail(n, "lists and mappings nested too deep", fmt.Sprintf("the most repeats inside each other is %d", MaxNesting))
		n.Content = nil
		return e
	}
	if n.Anchor != "" {
		p.seen[n] = extent{open: true}
	}
	if tag := n.ShortTag(); n.Style&yaml.TaggedStyle != 0 && !plainTags[tag] {
		p.fail(n, "the tag "+quote(n.Tag), "leave it out")
	}
	for i, child := range n.Content {
		var c extent
		if child.Kind == yaml.AliasNode {
			c = p.alias(child, depth+1)
			if p.stop {
				return e
			}
			n.Content[i] = child.Alias
		} else {
			c = p.plain(child, depth+1)
			if p.stop {
				return e
			}
		}
		e.values += c.values
		e.height = max(e.height, 1+c.height)
	}
	if n.Kind == yaml.MappingNode {
		p.keys(n)
	}
	if n.Anchor != "" {
		p.seen[n] = e
	}
	return e
}

var plainTags = map[string]bool{
	"!!str": true, "!!int": true, "!!float": true, "!!bool": true, "!!null": true, "!!map": true, "!!seq": true,
}

// alias checks what an alias stands for, which has been made plain already.
func (p *plainer) alias(n *yaml.Node, depth int64) extent {
	e, ok := p.seen[n.Alias]
	before := len(p.errs)
	defer func() { p.stop = len(p.errs) > before }()
	switch {
	case !ok || e.open:
		p.fail(n, "the alias *"+n.Value+" inside what it stands for", "write it out")
	case depth+e.height-1 > maxDepth:
		p.fail(n, "the alias *"+n.Value+" nests too deep", fmt.Sprintf("the most repeats inside each other is %d", MaxNesting))
	default:
		if p.extra += e.values; p.extra > maxAliased {
			p.fail(n, "aliases that stand for too much",
				fmt.Sprintf("the most values aliases may add is %d; name shared programs under programs:", maxAliased))
		}
	}
	return e
}

// keys checks that a mapping's keys are texts, each there once, and carries out
// merge keys.
func (p *plainer) keys(n *yaml.Node) {
	lines := make(map[string]int, len(n.Content)/2)
	var merged []*yaml.Node
	plain := n.Content[:0:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!null" {
			p.fail(key, describe(key)+" for a key", "a key is a word")
			continue
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if line, twice := lines[key.Value]; twice {
			p.fail(key, "the key "+quote(key.Value)+" a second time", fmt.Sprintf("it stands in line %d already", line))
			continue
		}
		lines[key.Value] = key.Line
		plain = append(plain, key, value)
	}
	for len(merged) > 0 {
		from := merged[0]
		merged = merged[1:]
		if from.Kind == yaml.SequenceNode {
			merged = append(append([]*yaml.Node(nil), from.Content...), merged...)
			continue
		}
		if from.Kind != yaml.MappingNode {
			p.fail(from, describe(from)+" after <<", "<< takes a mapping in: <<: *name")
			return
		}
		for i := 0; i+1 < len(from.Content); i += 2 {
			key := from.Content[i]
			if _, own := lines[key.Value]; !own {
				lines[key.Value] = key.Line
				plain = append(plain, key, from.Content[i+1])
			}
		}
	}
	n.Content = plain
}

// describe says what stands at a node, for messages.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return quote(n.Value)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// lookup returns the value of a key, or nil.
func lookup(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
