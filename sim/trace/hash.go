package trace

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
)

// Hash returns "sha256:…" over everything recorded: the header in JSON, then
// every event in a fixed layout. Two runs with the same hash are the same run.
func (r *Recording) Hash() string {
	h := sha256.New()
	// The header is made of strings, numbers and lists, so it always encodes.
	header, err := json.Marshal(&r.Header)
	if err != nil {
		panic("trace: header does not encode: " + err.Error())
	}
	h.Write(header)
	r.writeEvents(h)
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func (r *Recording) writeEvents(h hash.Hash) {
	const size = 24
	buffer := make([]byte, 0, size*1024)
	for _, e := range r.Events(0) {
		buffer = binary.LittleEndian.AppendUint64(buffer, uint64(e.Time))
		buffer = binary.LittleEndian.AppendUint64(buffer, uint64(e.Arg))
		buffer = binary.LittleEndian.AppendUint32(buffer, uint32(e.Task))
		buffer = binary.LittleEndian.AppendUint16(buffer, uint16(e.Object))
		buffer = append(buffer, byte(e.Kind), byte(e.CPU))
		if len(buffer) == cap(buffer) {
			h.Write(buffer)
			buffer = buffer[:0]
		}
	}
	h.Write(buffer)
}
