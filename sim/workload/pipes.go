package workload

import (
	"strconv"

	"go.yaml.in/yaml/v3"
)

// The operations of pipes. They take no time of their own.
const (
	OpWrite OpCode = iota + 96 // write Value bytes into pipe Res, or wait for room as often as it takes
	OpRead                     // read up to Value bytes from pipe Res, or wait for some
	OpClose                    // close the ends of pipe Res that Value says; see ReadEnd

	opPipeEnd // one more than there are
)

// The ends of a pipe, as bits of Op.Value.
const (
	ReadEnd  = 1
	WriteEnd = 2
)

// DefaultPipe is how many bytes a pipe holds if the file doesn't say: a page, as
// in the first Unix systems that had them.
const DefaultPipe = 4096

var (
	writeFields = append([]string{"bytes"}, waits["write"]...)
	readFields  = append([]string{"bytes"}, waits["read"]...)
	endNames    = []string{"both", "read", "write"}
)

// ends are the ends of a pipe by the index of their name.
var ends = []int64{ReadEnd | WriteEnd, ReadEnd, WriteEnd}

// Ends returns the ends of each pipe that a process needs whose threads run these
// programs: those it names. It has them open from its beginning. What it forks
// has a copy of them; what it spawns has its own.
func Ends(resources []Resource, programs ...*Program) []int64 {
	ends := make([]int64, len(resources))
	seen := map[*Program]bool{}
	var look func(p *Program)
	look = func(p *Program) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		for i := range p.Ops {
			switch op := &p.Ops[i]; op.Code {
			case OpWrite:
				ends[op.Res] |= WriteEnd
			case OpRead:
				ends[op.Res] |= ReadEnd
			case OpClose:
				ends[op.Res] |= op.Value
			case OpThread, OpExec:
				look(op.Kin.Child.Program)
			}
		}
	}
	for _, p := range programs {
		look(p)
	}
	return ends
}

// bytes reads how many bytes an operation is about; 1 if it doesn't say.
func (c *compiler) bytes(v *yaml.Node) (int64, bool) {
	if v == nil {
		return 1, true
	}
	return c.int(v, "bytes", 1, MaxBytes)
}

// write reads `write: {to: p, bytes: 100}`.
func (c *compiler) write(n, v *yaml.Node) {
	c.transfer(n, v, "write", "to", OpWrite, writeFields)
}

// read reads `read: {from: p, bytes: 100}`.
func (c *compiler) read(n, v *yaml.Node) { c.transfer(n, v, "read", "from", OpRead, readFields) }

func (c *compiler) transfer(n, v *yaml.Node, name, what string, code OpCode, fields []string) {
	part := c.parts(n, v, name, what, name+": {"+what+": PIPE, bytes: 100}", fields)
	if part == nil {
		return
	}
	i, known := c.resource(part[what], name, Pipe)
	bytes, ok := c.bytes(part["bytes"])
	if !known || !ok {
		return
	}
	op, text := Op{Code: code, Res: i, Value: bytes}, name+" "+part[what].Value+" "+strconv.FormatInt(bytes, 10)
	if c.patience(patienceOf(n, v, name), name, &op, &text) {
		c.emit(n, op, text)
	}
}

// close reads `close: p` and `close: {pipe: p, end: write}`.
func (c *compiler) close(n, v *yaml.Node) {
	part := c.parts(n, v, "close", "pipe", "close: {pipe: p, end: write}", []string{"end"})
	if part == nil {
		return
	}
	i, ok := c.resource(part["pipe"], "close", Pipe, Pool)
	if ok && c.w.Resources[i].Kind == Pool {
		if part["end"] != nil {
			c.fail(part["end"], "close: an end of a pool", "close: POOL")
			return
		}
		c.emit(n, Op{Code: OpClosePool, Res: i}, "close "+part["pipe"].Value)
		return
	}
	which := 0
	if end := part["end"]; end != nil {
		var good bool
		if which, good = c.choice(end, "end", endNames...); !good {
			return
		}
	}
	if !ok {
		return
	}
	text := "close " + part["pipe"].Value
	if which > 0 {
		text += ", " + endNames[which] + " end"
	}
	c.emit(n, Op{Code: OpClose, Res: i, Value: ends[which]}, text)
}

// pipeOp writes an operation of a pipe.
func (o *writer) pipeOp(op *Op, name string) string {
	bytes := ", bytes: " + strconv.FormatInt(op.Value, 10) + "}"
	switch op.Code {
	case OpWrite:
		return o.waiting(op, "write", "{to: "+name+bytes)
	case OpRead:
		return o.waiting(op, "read", "{from: "+name+bytes)
	}
	for i, bits := range ends {
		if i > 0 && bits == op.Value {
			return "close: {pipe: " + name + ", end: " + endNames[i] + "}"
		}
	}
	return "close: " + name
}
