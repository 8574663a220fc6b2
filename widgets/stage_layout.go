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
	Cache   bool // and what their caches hold
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
	CPUNumber    float32 // of a CPU that is called by its number alone
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
	arrowStop        // from ready
	arrowContinue    // to ready
	arrowStopBlocked // from blocked
	arrowContBlocked // to blocked
	arrowZombie      // from running
	arrowReap        // to ended
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
	Cache                   area
	Full                    bool
	Number                  bool // it is called by its number alone
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
	for _, few := range [...]int{manyPlaces, fewPlaces} {
		for k := most; k >= least; k -= 0.04 {
			if l, ok := tryStage(s, k, few); ok {
				return l
			}
		}
	}
	k := least
	if s.CPUs > 8 || s.Queues > 8 {
		k = max(least, 0.9)
	}
	for ; k > 0.3; k -= 0.05 {
		if l, ok := tryStage(s, k, 0); ok {
			return l
		}
	}
	l, _ := tryStage(s, 0.3, 0)
	return l
}

// How many places to wait at are worth smaller type, and how many there have to be.
const (
	manyPlaces = 6
	fewPlaces  = 3
)

// measures are the lengths of one attempt.
type measures struct {
	stageSpec
	k, u  float32 // scale and size of ordinary type
	pad   float32
	small float32 // type
	size  tokenSize
	few   int         // so many places to wait at must be there, and everything else; 0 if not
	width stageWidths // at this scale
}

// strict reports whether everything must have room.
func (m *measures) strict() bool { return m.few > 0 }

func (m *measures) line(size float32) float32 { return size * m.Line }

func newMeasures(s stageSpec, k float32, few int) *measures {
	t := stageType{s.T, k}
	m := &measures{stageSpec: s, k: k, u: t.unit(), pad: 0.9 * t.unit(), small: t.small(s.Project), few: few, width: s.Widths}
	for _, list := range [][]float32{m.width.Title[:], m.width.Arrow[:], m.width.Short[:]} {
		for i := range list {
			list[i] *= k
		}
	}
	for _, w := range []*float32{&m.width.Name, &m.width.Second, &m.width.CPU, &m.width.CPUNumber, &m.width.Queue, &m.width.Place, &m.width.Line} {
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

func tryStage(s stageSpec, k float32, few int) (stageLayout, bool) {
	m := newMeasures(s, k, few)
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
	cpuTiny                 // the same, called by its number alone: for a room
)

// cell returns the least size of a CPU's box in a shape.
func (m *measures) cell(shape cpuShape) (w, h float32) {
	ring := float32(0)
	switch shape {
	case cpuTall:
		if m.Ring {
			ring = 3.4*m.u + 1*m.u
		}
		return m.size.FullW + ring + 1.6*m.u, m.size.FullH + m.line(m.small) + 1.3*m.u + m.cacheHeight(shape)
	case cpuRow:
		if m.Ring {
			ring = 3*m.u + 0.9*m.u
		}
		return m.width.CPU + m.size.FullW + ring + 2.2*m.u, m.size.FullH + 0.9*m.u + m.cacheHeight(shape)
	}
	if m.Ring {
		ring = 1.7*m.u + 0.6*m.u
	}
	if shape == cpuTiny {
		return m.width.CPUNumber + m.size.SlimW + ring + 1.3*m.u, m.size.SlimH + m.slimAir() + m.cacheHeight(shape)
	}
	return m.width.CPU + m.size.SlimW + ring + 1.9*m.u, m.size.SlimH + m.slimAir() + m.cacheHeight(shape)
}

// slimAir is what is above and below a token in the slimmest box of a CPU. In a
// room where there are several, every line counts.
func (m *measures) slimAir() float32 {
	if m.Project && m.CPUs > 3 {
		return 0.15 * m.u
	}
	return 0.45 * m.u
}

// cpuGap is what is between the boxes of two CPUs.
func (m *measures) cpuGap() float32 {
	if m.Project && m.CPUs > 3 {
		return 0.25 * m.u
	}
	return 0.4 * m.u
}

// grid chooses how the CPUs stand in the room there is.
func (m *measures) grid(mostW, mostH float32) cpuGrid {
	gap := m.cpuGap()
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
	if m.Project && n > 1 {
		shapes = append(shapes, cpuTiny)
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
	last := shapes[len(shapes)-1]
	cw, ch := m.cell(last)
	c := min(max(int((mostW+gap)/(cw+gap)), 1), cols[len(cols)-1])
	rows := max(int((mostH+gap)/(ch+gap)), 1)
	w, h := size(last, c, rows)
	return cpuGrid{last, c, rows, min(n, c*rows), w, h}
}
