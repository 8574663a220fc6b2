package workload

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table is a spreadsheet's or a course site's list of processes: a header that
// names the columns, then one process a row.
type table struct {
	*reader
	data      []byte
	separator rune // , ; tab | or ' ' for runs of white space
	rows      [][]cell
	columns   []column
}

type cell struct {
	text string
	pos  Pos
}

// column is what a header cell says.
type column struct {
	field string // "name", "at", "cpu", "io", a field of a task, or a figure to expect
	unit  Time   // "Burst (us)"; 0 = the file's
	known bool
	words string // as written
}

// tableHeaders are the headers people write for each field, in lower case
// without spaces, digits and units.
var tableHeaders = map[string]string{
	"name": "name process processname processid processno pid task taskname taskid job jobid jobname id proc thread" +
		" 进程 進程 进程名 進程名 进程号 行程 行程名稱 名称 名稱 作业 作業 任务 任務",
	"at": "arrival arrivaltime at arrive arrives arrivetime submit submittime" +
		" 到达 到達 到达时间 到達時間 抵達時間 提交时间",
	"cpu": "burst bursttime bt cpu cputime cpuburst cpubursttime service servicetime runtime run execution" +
		" executiontime exectime length duration work 服务时间 服務時間 运行时间 運行時間 执行时间 執行時間 突发时间",
	"io":         "io iotime ioburst iobursttime",
	"priority":   "priority prio pri 优先级 優先級 优先权 優先權 优先数 優先數",
	"nice":       "nice niceness",
	"tickets":    "tickets ticket",
	"weight":     "weight 权重 權重",
	"period":     "period 周期 週期",
	"deadline":   "deadline 截止时间 截止時間",
	"start":      "start starttime begin 开始时间 開始時間",
	"finish":     "finish finishtime ft completion completiontime ct end endtime exit 完成时间 完成時間",
	"turnaround": "turnaround turnaroundtime tat tt 周转时间 周轉時間",
	"waiting":    "waiting waitingtime wt wait waittime 等待时间 等待時間",
	"response":   "response responsetime rt 响应时间 回應時間 響應時間",
}

var tableColumns = func() map[string]string {
	fields := map[string]string{}
	for field, words := range tableHeaders {
		for _, word := range strings.Fields(words) {
			fields[word] = field
		}
	}
	return fields
}()

// header understands one cell of the header.
func header(text string) column {
	c := column{words: text}
	word := strings.ToLower(strings.TrimSpace(text))
	if open := strings.IndexAny(word, "([（"); open >= 0 {
		inside := strings.Trim(word[open:], "()[]（）")
		for _, u := range units {
			if inside == u.name {
				c.unit = u.ns
			}
		}
		word = word[:open]
	}
	word = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, word)
	c.field, c.known = tableColumns[word]
	return c
}

// sniffTable says whether a file is a table: its name says so, or its first
// line is a header of at least two columns we know.
func sniffTable(file string, data []byte) (*table, bool) {
	line := ""
	for rest := data; len(rest) > 0 && line == ""; {
		var head []byte
		head, rest, _ = bytes.Cut(rest, []byte("\n"))
		if text := strings.TrimSpace(string(head)); !strings.HasPrefix(text, "#") {
			line = text
		}
	}
	t := &table{data: data}
	for _, separator := range "\t;,|" {
		if strings.ContainsRune(line, separator) {
			t.separator = separator
			break
		}
	}
	named := strings.HasSuffix(strings.ToLower(file), ".csv") || strings.HasSuffix(strings.ToLower(file), ".tsv")
	if !named && (line == "" || line[0] == '{' || line[0] == '[' || strings.Contains(line, ": ")) {
		return nil, false
	}
	known := 0
	for _, text := range splitLine(line, t.separator) {
		if header(text).known {
			known++
		} else if t.separator == 0 {
			known = -1 << 20 // words of a sentence, more likely
		}
	}
	if known < 2 && !named {
		return nil, false
	}
	t.reader = newReader(file)
	t.w.Format = Table
	return t, true
}

func splitLine(line string, separator rune) []string {
	if separator == 0 {
		return strings.Fields(line)
	}
	return strings.Split(strings.Trim(line, "|"), string(separator))
}

func (t *table) parse() (*Workload, error) {
	if t.separator == '|' || t.separator == 0 {
		t.readLines()
	} else if err := t.readCSV(); err != nil {
		t.errs = append(t.errs, err)
		return t.done()
	}
	if len(t.rows) == 0 {
		t.failAt(Pos{1, 1}, "an empty table", "a header such as name,arrival,burst and a row for each process")
		return t.done()
	}
	t.readHeader()
	if len(t.errs) == 0 {
		for i := 1; i < len(t.rows) && !t.full(); i++ {
			t.row(i)
		}
		if len(t.rows) == 1 {
			t.failAt(t.rows[0][0].pos, "a header without rows", "a row for each process")
		}
	}
	return t.done()
}

// readCSV reads separated values with the usual quoting.
func (t *table) readCSV() *Error {
	reader := csv.NewReader(bytes.NewReader(t.data))
	reader.Comma, reader.Comment = t.separator, '#'
	reader.FieldsPerRecord = -1
	reader.TrimLeadingSpace = t.separator != '\t'
	for {
		record, err := reader.Read()
		if record == nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				return &Error{t.file, parse.Line, parse.Column, "not a table: " + parse.Err.Error(), `quote cells like "this"`}
			}
			return nil
		}
		row := make([]cell, len(record))
		for i, text := range record {
			line, column := reader.FieldPos(i)
			row[i] = cell{strings.TrimSpace(text), Pos{line, column}}
		}
		t.addRow(row)
	}
}

// readLines reads cells between bars, as in Markdown, or words between spaces.
func (t *table) readLines() {
	for i, line := range strings.Split(string(t.data), "\n") {
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' || strings.Trim(text, "|-: ") == "" {
			continue
		}
		var row []cell
		at := strings.Index(line, text)
		if t.separator == '|' && text[0] == '|' {
			at++
		}
		for _, part := range splitLine(text, t.separator) {
			at += strings.Index(line[at:], part)
			start := at + len(part) - len(strings.TrimLeft(part, " \t"))
			row = append(row, cell{strings.TrimSpace(part), Pos{i + 1, 1 + utf8.RuneCountInString(line[:start])}})
			at += len(part)
		}
		t.addRow(row)
	}
}

func (t *table) addRow(row []cell) {
	for _, c := range row {
		if c.text != "" {
			t.rows = append(t.rows, row)
			return
		}
	}
}

func (t *table) readHeader() {
	seen := map[string]string{}
	for _, c := range t.rows[0] {
		col := header(c.text)
		switch {
		case c.text == "":
		case !col.known:
			var words []string
			for word := range tableColumns {
				if word[0] < 0x80 {
					words = append(words, word)
				}
			}
			want := "name, arrival, burst, io, priority and the like; rename the column or take it out"
			if near := Nearest(strings.ReplaceAll(strings.ToLower(c.text), " ", ""), sorted(words)); near != "" {
				want = fmt.Sprintf("did you mean %q?", near)
			}
			t.failAt(c.pos, "unknown column "+quote(c.text), want)
		case seen[col.field] != "" && col.field != "cpu" && col.field != "io":
			t.failAt(c.pos, fmt.Sprintf("the columns %s and %s", quote(seen[col.field]), quote(c.text)), "one column for "+col.field)
		}
		seen[col.field] = c.text
		t.columns = append(t.columns, col)
	}
	if _, ok := seen["cpu"]; !ok && len(t.errs) == 0 {
		t.failAt(t.rows[0][0].pos, "no column for the CPU time", "a column named burst")
	}
}

// row reads one process.
func (t *table) row(i int) {
	row := t.rows[i]
	task := Task{Name: "P" + strconv.Itoa(i), Pos: row[0].pos}
	program := &Program{}
	expect := ExpectTask{}
	before := len(t.errs)
	for at, c := range row {
		if c.text == "" {
			continue
		}
		if at >= len(t.columns) || t.columns[at].words == "" {
			t.failAt(c.pos, quote(c.text)+" outside the columns of the header", "a header for each column")
			return
		}
		t.cell(&task, program, expect, t.columns[at], c)
	}
	if len(t.errs) > before {
		return
	}
	hasCPU := false
	for j := range program.Ops {
		hasCPU = hasCPU || program.Ops[j].Code == OpCPU
	}
	if !hasCPU {
		t.failAt(row[0].pos, "process "+quote(task.Name)+" without a CPU time", "a number in the column "+quote(t.burstColumn()))
		return
	}
	if len(t.w.Tasks) == MaxTasks {
		t.failAt(row[0].pos, "more processes than fit", fmt.Sprintf("the most is %d", MaxTasks))
		t.stop = true
		return
	}
	if !t.claim(task.Name, task.Pos) {
		return
	}
	program.Name = task.Name
	task.Program = t.programs.use(t.programs.once(program))
	t.w.Tasks = append(t.w.Tasks, task)
	if len(expect) > 0 {
		if t.w.Expect == nil {
			t.w.Expect = &Expect{Tasks: map[string]ExpectTask{}}
		}
		t.w.Expect.Tasks[task.Name] = expect
	}
}

func (t *table) burstColumn() string {
	for _, c := range t.columns {
		if c.field == "cpu" {
			return c.words
		}
	}
	return "burst"
}

// cell reads one cell of a process.
func (t *table) cell(task *Task, program *Program, expect ExpectTask, col column, c cell) {
	n := scalarNode(c.text, c.pos)
	number := func(most int64, least int64) int64 {
		v, _ := t.int(n, col.words, least, most)
		return v
	}
	unit := t.w.Unit
	if col.unit > 0 {
		unit = col.unit
	}
	read := func(least Time) Time {
		text := c.text
		if t.separator == ';' {
			text = strings.Replace(text, ",", ".", 1)
		}
		v, err := ParseTime(text, unit)
		if err == nil && v < least {
			err = errors.New("a time above 0")
		}
		if err != nil {
			t.failAt(c.pos, col.words+": found "+quote(c.text), err.Error())
		}
		return v
	}
	op := func(code OpCode, name string, res int) {
		d := read(0)
		program.Ops = append(program.Ops, Op{Code: code, Res: res, Dur: d, Line: c.pos.Line})
		program.Text = append(program.Text, name+" "+d.In(t.w.Unit))
	}
	switch col.field {
	case "name":
		task.Name, _ = t.name(n, col.words)
		task.Pos = c.pos
	case "at":
		task.Arrival = read(0)
	case "cpu":
		op(OpCPU, "cpu", -1)
	case "io":
		res, _ := t.implicitDevice(n)
		op(OpIO, "io", res)
	case "period":
		task.Period = read(1)
	case "deadline":
		task.Deadline = read(1)
	case "priority":
		task.Priority = number(maxNumber, -maxNumber)
	case "nice":
		task.Nice = int(number(19, -20))
	case "tickets":
		task.Tickets = number(maxNumber, 1)
	case "weight":
		task.Weight = number(maxNumber, 1)
	default:
		expect[col.field] = Number(read(0).In(t.w.Unit))
	}
}
