package script

import (
	"fmt"
	"math/bits"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// The interpreter counts steps, but one step can build something of any size: a
// list added to itself thirty times is too large for any machine. So every
// operation that can make more out of what there is becomes a call of ours,
// which first counts what it will build as steps.

// guarded are the operators that are wrapped, with the names of the wrappers.
// No script can write these names.
var guarded = map[syntax.Token]string{
	syntax.PLUS: "guard +", syntax.STAR: "guard *", syntax.LTLT: "guard <<", syntax.PERCENT: "guard %",
}

// assigned are the operators of assignments that are written out, so that they
// can be; += stays, since it changes a list in its place.
var assigned = map[syntax.Token]syntax.Token{
	syntax.STAR_EQ: syntax.STAR, syntax.LTLT_EQ: syntax.LTLT, syntax.PERCENT_EQ: syntax.PERCENT,
}

// methods are those of lists and strings that can make more.
var methods = map[string]bool{"extend": true, "format": true, "join": true, "replace": true}

const (
	guardCall = "guard call"
	guardAdd  = "guard +="
	guardNot  = "guard no"
)

// guard rewrites a file; it leaves alone what grows by a little at most.
func guard(f *syntax.File) {
	guardStmts(f.Stmts)
	for _, s := range f.Stmts {
		if a, ok := s.(*syntax.AssignStmt); ok && a.Op == syntax.EQ {
			if name, ok := a.LHS.(*syntax.Ident); ok && name.Name == "params" {
				start, _ := a.RHS.Span()
				a.RHS = call(paramsName, start, a.RHS)
			}
		}
	}
}

func call(name string, at syntax.Position, args ...syntax.Expr) syntax.Expr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: at, Name: name}, Lparen: at, Args: args, Rparen: at}
}

func guardStmts(list []syntax.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *syntax.AssignStmt:
			if op, ok := assigned[s.Op]; ok {
				if left := again(s.LHS); left != nil {
					s.RHS = &syntax.BinaryExpr{X: left, Op: op, OpPos: s.OpPos, Y: s.RHS}
					s.Op = syntax.EQ
				} else {
					s.RHS = call(guardNot, s.OpPos, s.RHS)
				}
			}
			s.LHS, s.RHS = guardExpr(s.LHS), guardExpr(s.RHS)
			if s.Op == syntax.PLUS_EQ && !isNumber(s.RHS) {
				s.RHS = call(guardAdd, s.OpPos, s.RHS)
			}
		case *syntax.DefStmt:
			guardExprs(s.Params)
			guardStmts(s.Body)
		case *syntax.ExprStmt:
			s.X = guardExpr(s.X)
		case *syntax.ForStmt:
			s.Vars, s.X = guardExpr(s.Vars), guardExpr(s.X)
			guardStmts(s.Body)
		case *syntax.WhileStmt:
			s.Cond = guardExpr(s.Cond)
			guardStmts(s.Body)
		case *syntax.IfStmt:
			s.Cond = guardExpr(s.Cond)
			guardStmts(s.True)
			guardStmts(s.False)
		case *syntax.ReturnStmt:
			if s.Result != nil {
				s.Result = guardExpr(s.Result)
			}
		}
	}
}

func guardExprs(list []syntax.Expr) {
	for i := range list {
		list[i] = guardExpr(list[i])
	}
}

func guardExpr(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.BinaryExpr:
		e.X, e.Y = guardExpr(e.X), guardExpr(e.Y)
		name, ok := guarded[e.Op]
		small := e.Op == syntax.PLUS && (isNumber(e.X) || isNumber(e.Y)) || e.Op == syntax.PERCENT && isNumber(e.Y)
		if !ok || small {
			return e
		}
		return call(name, e.OpPos, e.X, e.Y)
	case *syntax.CallExpr:
		e.Fn = guardExpr(e.Fn)
		guardExprs(e.Args)
		if dot, ok := e.Fn.(*syntax.DotExpr); ok && methods[dot.Name.Name] {
			return &syntax.CallExpr{
				Fn: &syntax.Ident{NamePos: dot.NamePos, Name: guardCall}, Lparen: e.Lparen,
				Args: append([]syntax.Expr{dot}, e.Args...), Rparen: e.Rparen,
			}
		}
	case *syntax.CondExpr:
		e.Cond, e.True, e.False = guardExpr(e.Cond), guardExpr(e.True), guardExpr(e.False)
	case *syntax.Comprehension:
		e.Body = guardExpr(e.Body)
		for _, c := range e.Clauses {
			switch c := c.(type) {
			case *syntax.ForClause:
				c.Vars, c.X = guardExpr(c.Vars), guardExpr(c.X)
			case *syntax.IfClause:
				c.Cond = guardExpr(c.Cond)
			}
		}
	case *syntax.DictExpr:
		guardExprs(e.List)
	case *syntax.DictEntry:
		e.Key, e.Value = guardExpr(e.Key), guardExpr(e.Value)
	case *syntax.DotExpr:
		e.X = guardExpr(e.X)
	case *syntax.IndexExpr:
		e.X, e.Y = guardExpr(e.X), guardExpr(e.Y)
	case *syntax.LambdaExpr:
		guardExprs(e.Params)
		e.Body = guardExpr(e.Body)
	case *syntax.ListExpr:
		guardExprs(e.List)
	case *syntax.ParenExpr:
		e.X = guardExpr(e.X)
	case *syntax.SliceExpr:
		for _, x := range []*syntax.Expr{&e.X, &e.Lo, &e.Hi, &e.Step} {
			if *x != nil {
				*x = guardExpr(*x)
			}
		}
	case *syntax.TupleExpr:
		guardExprs(e.List)
	case *syntax.UnaryExpr:
		if e.X != nil {
			e.X = guardExpr(e.X)
		}
	}
	return e
}

// again returns the left side of an assignment as an expression, nil if to
// evaluate it twice might be something else than to do it once.
func again(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Ident:
		return &syntax.Ident{NamePos: e.NamePos, Name: e.Name}
	case *syntax.Literal:
		return e
	case *syntax.DotExpr:
		if x := again(e.X); x != nil {
			return &syntax.DotExpr{X: x, Dot: e.Dot, NamePos: e.NamePos, Name: e.Name}
		}
	case *syntax.IndexExpr:
		if x, y := again(e.X), again(e.Y); x != nil && y != nil {
			return &syntax.IndexExpr{X: x, Lbrack: e.Lbrack, Y: y, Rbrack: e.Rbrack}
		}
	}
	return nil
}

func isNumber(e syntax.Expr) bool {
	lit, ok := e.(*syntax.Literal)
	return ok && lit.Token != syntax.STRING && lit.Token != syntax.BYTES
}

// mostDepth is how deep what becomes text may be nested.
const mostDepth = 100

// charge counts a number of steps, or says that there are no more.
func (p *Policy) charge(n int) error {
	p.thread.Steps += uint64(max(0, n))
	if p.thread.Steps >= p.limit {
		return p.tooMuch()
	}
	return nil
}

// guards returns the functions that guard puts in, and those that stand for the
// interpreter's own.
func guards(p *Policy) starlark.StringDict {
	all := starlark.StringDict{}
	add := func(name string, f func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)) {
		all[name] = starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return f(args, kwargs)
		})
	}
	for op, name := range guarded {
		add(name, func(args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			if err := p.charge(cost(op, args[0], args[1], p.left())); err != nil {
				return nil, err
			}
			return starlark.Binary(op, args[0], args[1])
		})
	}
	add(guardAdd, func(args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return args[0], p.charge(size(args[0]))
	})
	add(guardNot, func(starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return nil, wrong("write it out, as in x = x * y", "this is too much at once")
	})
	for _, name := range []string{"all", "any", "dict", "enumerate", "list", "max", "min", "reversed", "set", "sorted", "tuple", "zip"} {
		own := starlark.Universe[name]
		add(name, func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			for _, a := range args {
				if err := p.charge(size(a)); err != nil {
					return nil, err
				}
			}
			return starlark.Call(p.thread, own, args, kwargs)
		})
	}
	for _, name := range []string{"str", "repr", "fail"} {
		own := starlark.Universe[name]
		add(name, func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if err := p.charge(deep(args, 0, p.left())); err != nil {
				return nil, err
			}
			return starlark.Call(p.thread, own, args, kwargs)
		})
	}
	add("print", func(starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return nil, wrong(`fail("text", x) stops the script and shows what x is`, "a policy has nowhere to print to")
	})
	own := starlark.Universe["range"]
	add("range", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		r, err := starlark.Call(p.thread, own, args, kwargs)
		if err == nil && starlark.Len(r) > mostKept {
			return nil, wrong(fmt.Sprintf("at most %d", mostKept), "a range of %d numbers is too long", starlark.Len(r))
		}
		return r, err
	})
	add(guardCall, func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		n := deep(args[1:], 0, p.left())
		for _, pair := range kwargs {
			n += deep(pair, 0, p.left())
		}
		if b, ok := args[0].(*starlark.Builtin); ok && b.Receiver() != nil {
			if of := deep(b.Receiver(), 0, p.left()); b.Name() == "replace" || b.Name() == "join" {
				n = times(n+1, of+1, p.left())
			} else {
				n += of
			}
		}
		if err := p.charge(n); err != nil {
			return nil, err
		}
		return starlark.Call(p.thread, args[0], args[1:], kwargs)
	})
	return all
}

// cost is how much an operation may build, in steps; at most about most.
func cost(op syntax.Token, x, y starlark.Value, most int) int {
	a, isA := x.(starlark.Int)
	b, isB := y.(starlark.Int)
	switch {
	case op == syntax.PERCENT:
		if isA || isB {
			return size(x)
		}
		return size(x) + deep(y, 0, most)
	case op == syntax.LTLT, isA && isB || op == syntax.PLUS:
		return size(x) + size(y)
	case op == syntax.STAR && (isA || isB):
		if isA {
			x, b = y, a
		}
		n, ok := b.Int64()
		if !ok || n > int64(most) {
			n = int64(most)
		}
		return times(size(x), int(max(0, n)), most)
	}
	return size(x) + size(y)
}

// times multiplies, up to a limit.
func times(a, b, most int) int {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi > 0 || lo > uint64(most) {
		return most
	}
	return int(lo)
}

// size is how large a value is itself.
func size(v starlark.Value) int {
	switch v := v.(type) {
	case starlark.Int:
		if _, ok := v.Int64(); ok {
			return 0
		}
		return v.BigInt().BitLen() / 64
	case starlark.String:
		return len(v)/16 + 1
	case starlark.Bytes:
		return len(v)/16 + 1
	}
	return max(0, starlark.Len(v))
}

// deep is how large a value is with all that it holds, as often as it holds it;
// it stops counting at most.
func deep(v starlark.Value, depth, most int) int {
	n := size(v) + 1
	if depth > mostDepth || n >= most {
		return most
	}
	for _, part := range parts(v) {
		if n += deep(part, depth+1, most-n); n >= most {
			return most
		}
	}
	return n
}

// parts returns what a value holds.
func parts(v starlark.Value) []starlark.Value {
	switch v := v.(type) {
	case *starlark.List:
		all := make([]starlark.Value, v.Len())
		for i := range all {
			all[i] = v.Index(i)
		}
		return all
	case starlark.Tuple:
		return v
	case *starlark.Dict:
		all := make([]starlark.Value, 0, 2*v.Len())
		for _, item := range v.Items() {
			all = append(all, item[0], item[1])
		}
		return all
	case *starlark.Set:
		var all []starlark.Value
		for x := range v.Elements() {
			all = append(all, x)
		}
		return all
	}
	return nil
}
