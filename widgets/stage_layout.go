package widgets

// stageSpec is all that the geometry of a stage depends on: equal ones give
// equal layouts. Widths of words are measured at the sizes of stageType{T, 1}.
type stageSpec struct {
	W, H    float32
	Project bool
	T       float32 // size of ordinary type
	Least   float32 // type may shrink to this part of its size, 0 to 1
	Line    float32 // height of a line for each unit of type size
	Stroke  float32
	Tasks   int // up to manyTasks
	Queues  int
	PerCPU  bool // queue i belongs to CPU i alone
	CPUs    int
	Ring    bool // CPUs show a slice
	Places  int  // to wait at
	Stopped bool // a signal may stop tasks
	Zombies bool // ended processes may be waited for
	Widths  stageWidths
}

// manyTasks is from how many on the ready queue wants all the rows it can use.
const manyTasks = 18

// stageWidths are the widths of the words on the stage.
type stageWidths struct {
	Title        [boxes]float32 // with its square and a count
	Arrow        [arrows]float32
	Short        [arrows]float32 // of labels that have a short form
	Name, Second float32         // of a token
	CPU, Queue   float32
	Place, Line  float32 // of a place: the name, or what is below it; both in one line
}

// The boxes of the state diagram.
const (
	boxNew = iota
	boxReady
	boxRunning
	boxBlocked
	boxEnded
	boxStopped
	boxZombie
	boxes
)

// The arrows between them.
const (
	arrowAdmit = iota
	arrowDispatch
	arrowPreempt
	arrowBlock
	arrowWake
	arrowExit
	arrows
)

// stageType gives the sizes of type.
type stageType struct{ T, K float32 }

func (t stageType) unit() float32  { return t.T * t.K }
func (t stageType) title() float32 { return 1.2 * t.T * t.K }
func (t stageType) name() float32  { return 1.28 * t.T * t.K }
func (t stageType) text() float32  { return t.T * t.K }
func (t stageType) small(project bool) float32 {
	if project {
		return t.T * t.K
	}
	return 0.93 * t.T * t.K
}

// stageLayout is where everything stands.
type stageLayout struct {
	Type   stageType
	Small  float32
	Size   tokenSize
	Boxes  [boxes]boxFrame
	Rows   []rowFrame // of the ready queues shown
	CPUs   []cpuFrame // of the CPUs shown
	Places []placeFrame
	Arrows [arrows]arrowFrame
	Lanes  []arrowFrame // dispatch, if each queue has its CPU
	Ends   bool         // head and tail of the queue are named
	Note   area
	Bounds area
}

// boxFrame is one state.
type boxFrame struct {
	Box   area
	Title area
	Shown bool
	List  area // for the tokens of new, ended, stopped and zombies
}

// rowFrame is one ready queue.
type rowFrame struct{ Row, Label, List area }

// cpuFrame is one CPU; Ring is empty if there is no room.
type cpuFrame struct {
	Box, Label, Token, Ring area
	Full                    bool
}

// placeFrame is one place to wait at.
type placeFrame struct {
	Cell, Name, Detail, List area
}

// arrowFrame is an arrow: straight from its first point to its last, or a curve.
type arrowFrame struct {
	Line   [4]spot
	Curved bool
	Label  area // empty: not said
	Short  bool // the label's short form
	Shown  bool
}

func straight(from, to spot) arrowFrame {
	return arrowFrame{Line: [4]spot{from, from, to, to}, Shown: true}
}

// layoutStage finds the largest type at which everything has room, and if there
// is none leaves things out.
func layoutStage(s stageSpec) stageLayout {
	most := float32(1)
	if !s.Project && s.T > 0 {
		most = max(1, min(1.3, min(s.W/(1050/14*s.T), s.H/(405/14.0*s.T))))
	}
	least := min(max(s.Least, 0.3), 1)
	for k := most; k >= least; k -= 0.04 {
		if l, ok := tryStage(s, k, true); ok {
			return l
		}
	}
	k := least
	if s.CPUs > 8 || s.Queues > 8 {
		k = max(least, 0.9)
	}
	for ; k > 0.3; k -= 0.05 {
		if l, ok := tryStage(s, k, false); ok {
			return l
		}
	}
	l, _ := tryStage(s, 0.3, false)
	return l
}

// measures are the lengths of one attempt.
type measures struct {
	stageSpec
	k, u   float32 // scale and size of ordinary type
	pad    float32
	small  float32 // type
	size   tokenSize
	strict bool
	width  stageWidths // at this scale
}

func (m *measures) line(size float32) float32 { return size * m.Line }

func newMeasures(s stageSpec, k float32, strict bool) *measures {
	t := stageType{s.T, k}
	m := &measures{stageSpec: s, k: k, u: t.unit(), pad: 0.9 * t.unit(), small: t.small(s.Project), strict: strict, width: s.Widths}
	for _, list := range [][]float32{m.width.Title[:], m.width.Arrow[:], m.width.Short[:]} {
		for i := range list {
			list[i] *= k
		}
	}
	for _, w := range []*float32{&m.width.Name, &m.width.Second, &m.width.CPU, &m.width.Queue, &m.width.Place, &m.width.Line} {
		*w *= k
	}
	name := t.name()
	corners := 2.9 * m.u // of the letter, and as much on the other side
	if s.Project {
		corners = 1.9 * m.u
	}
	m.size = tokenSize{
		FullW: min(max(m.width.Name+corners, m.width.Second+1.9*m.u, 6*m.u), 12*m.u),
		FullH: m.line(name) + m.line(m.small) + 0.3*m.u,
		SlimW: min(max(m.width.Name+1.75*m.u, 3*m.u), 9*m.u),
		SlimH: m.line(name) + 0.15*m.u,
		Gap:   0.55 * m.u,
		Count: 2 * m.u,
	}
	return m
}

func tryStage(s stageSpec, k float32, strict bool) (stageLayout, bool) {
	m := newMeasures(s, k, strict)
	l := stageLayout{
		Type: stageType{s.T, k}, Small: m.small, Size: m.size,
		Bounds: area{0, 0, s.W, s.H},
	}
	if s.Project {
		return l, m.project(&l)
	}
	return l, m.plain(&l)
}

// readyHeights returns how high the ready queues want to be and can be, and how
// many of them are shown at most in the height there is.
func (m *measures) readyHeights(most float32) (want, least float32, shown int) {
	if m.Queues <= 1 {
		ends := m.line(m.small)
		want = max(m.size.FullH, float32((m.Tasks+5)/6)*(m.size.SlimH+m.size.Gap))
		least = m.size.SlimH
		if m.Tasks > 12 {
			least += m.size.Gap + m.size.SlimH
		}
		return want + 1.2*m.u + ends, least + 0.8*m.u, m.Queues
	}
	row := m.size.SlimH + 0.4*m.u
	shown = min(m.Queues, max(int((most-0.4*m.u)/row), 1))
	n := float32(shown)
	want = n*row + 0.4*m.u
	if full := n*(m.size.FullH+0.5*m.u) + 0.4*m.u; shown <= 3 && full <= most {
		want = full
	}
	return want, n*row + 0.4*m.u, shown
}

// cpuGrid is how the CPUs stand.
type cpuGrid struct {
	shape      cpuShape
	cols, rows int
	shown      int
	w, h       float32 // of all
}

type cpuShape uint8

const (
	cpuTall cpuShape = iota // label above token and ring
	cpuRow                  // in one line, full token
	cpuSlim                 // in one line, compact token
)

// cell returns the least size of a CPU's box in a shape.
func (m *measures) cell(shape cpuShape) (w, h float32) {
	ring := float32(0)
	switch shape {
	case cpuTall:
		if m.Ring {
			ring = 3.4*m.u + 1*m.u
		}
		return m.size.FullW + ring + 1.6*m.u, m.size.FullH + m.line(m.small) + 1.3*m.u
	case cpuRow:
		if m.Ring {
			ring = 3*m.u + 0.9*m.u
		}
		return m.width.CPU + m.size.FullW + ring + 2.2*m.u, m.size.FullH + 0.9*m.u
	}
	if m.Ring {
		ring = 1.7*m.u + 0.6*m.u
	}
	return m.width.CPU + m.size.SlimW + ring + 1.9*m.u, m.size.SlimH + 0.45*m.u
}

// grid chooses how the CPUs stand in the room there is.
func (m *measures) grid(mostW, mostH float32) cpuGrid {
	gap := 0.4 * m.u
	n := max(m.CPUs, 1)
	size := func(shape cpuShape, cols, rows int) (w, h float32) {
		w, h = m.cell(shape)
		return float32(cols)*(w+gap) - gap, float32(rows)*(h+gap) - gap
	}
	cols := []int{1, 2, 3, 4, 5, 6}
	shapes := []cpuShape{cpuRow, cpuSlim}
	if n == 1 {
		shapes = []cpuShape{cpuTall, cpuRow, cpuSlim}
	}
	if m.PerCPU || n == 1 {
		cols = cols[:1]
	}
	for _, shape := range shapes {
		for _, c := range cols {
			rows := (n + c - 1) / c
			if w, h := size(shape, c, rows); w <= mostW && h <= mostH && c <= n {
				return cpuGrid{shape, c, rows, n, w, h}
			}
		}
	}
	cw, ch := m.cell(cpuSlim)
	c := min(max(int((mostW+gap)/(cw+gap)), 1), cols[len(cols)-1])
	rows := max(int((mostH+gap)/(ch+gap)), 1)
	w, h := size(cpuSlim, c, rows)
	return cpuGrid{cpuSlim, c, rows, min(n, c*rows), w, h}
}
