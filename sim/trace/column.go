package trace

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// column is a list of numbers: how far each is beyond the least of them, in units
// that divide all of that, in as many bits as the farthest needs. Times are often
// multiples of a millisecond, so this saves half of them. If all numbers are the
// same, there is nothing but that.
type column struct {
	least int64
	unit  int64
	width uint // of each, in bits: 0 to 56, or 64
	mask  uint64
	data  []byte
}

// packed makes a column of n numbers. far is room to work in.
func packed[T ~uint8 | ~uint16 | ~uint32 | ~int | ~int64](far *[]uint64, n int, value func(int) T) column {
	if n == 0 {
		return column{}
	}
	x := resize(*far, n)
	*far = x
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for i := range x {
		v := int64(value(i))
		least, most = min(least, v), max(most, v)
		x[i] = uint64(v)
	}
	c := column{least: least, unit: 1}
	if least == most {
		return c
	}
	unit := uint64(0)
	for i := range x {
		x[i] -= uint64(least)
		if unit != 1 && (unit == 0 || x[i]%unit > 0) {
			unit = divisor(unit, x[i])
		}
	}
	c.unit = int64(unit)
	if c.width = uint(bits.Len64((uint64(most) - uint64(least)) / unit)); c.width > 56 {
		c.width = 64
	}
	c.mask = 1<<c.width - 1
	c.data = make([]byte, (uint(n)*c.width+7)/8+8) // so that a whole word can be read at each
	for i := range x {
		bit := uint(i) * c.width
		far := x[i]
		if unit > 1 {
			far /= unit
		}
		at := c.data[bit/8:]
		binary.LittleEndian.PutUint64(at, binary.LittleEndian.Uint64(at)|far<<(bit%8))
	}
	return c
}

// divisor is the greatest common one.
func divisor(a, b uint64) uint64 {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

func (c *column) at(i int) int64 {
	if c.width == 0 {
		return c.least
	}
	return c.far(i)
}

// far is at for a column with data.
func (c *column) far(i int) int64 {
	bit := uint(i) * c.width
	word := binary.LittleEndian.Uint64(c.data[bit/8:]) >> (bit % 8)
	return c.least + int64(word&c.mask)*c.unit
}
