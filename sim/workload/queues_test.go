package workload_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// anyPut draws a put into any kind of queue, that waits as it is told.
func anyPut(t *rapid.T, n int64, wait string) string {
	if strings.HasSuffix(wait, "yes") || strings.HasSuffix(wait, "us") {
		wait += rapid.SampledFrom([]string{"", ", raise: yes", ", raise: no"}).Draw(t, "raise")
	}
	value := rapid.SampledFrom([]string{"acc", "0", fmt.Sprint(n - 500_000)}).Draw(t, "value")
	return rapid.SampledFrom([]string{
		"{put: {into: q, value: " + value + "}" + wait + "}",
		"{put: {into: q, value: " + value + ", front: yes}" + wait + "}",
		"{put: {into: p, value: " + value + ", priority: " + fmt.Sprint(n%7-3) + wait + "}}",
		"{put: l, value: " + value + wait + "}",
		"{task_done: q}, {join: p}, {put: q" + wait + "}",
		"{listen: so}, {connect: so}, {send: {to: so, bytes: " + fmt.Sprint(n%9+1) + "}}, {receive: so}, {close: so}, {send: ud, value: " + fmt.Sprint(n%9-4) + "}, {receive: ud}, {put: mq}, {get: mq, nowait: yes}",
		"{write: {to: pp, bytes: " + fmt.Sprint(n%9+1) + "}}, {write: pp, nowait: yes}, {close: pp}, {close: {pipe: pp, end: read}}, {put: q" + wait + "}",
	}).Draw(t, "put")
}

// anyGet draws a get from any kind of queue.
func anyGet(t *rapid.T, wait string) string {
	if strings.HasSuffix(wait, "yes") || strings.HasSuffix(wait, "us") {
		wait += rapid.SampledFrom([]string{"", ", raise: yes"}).Draw(t, "raise")
	}
	return rapid.SampledFrom([]string{
		"{get: q" + wait + "}", "{get: {from: q, back: yes" + wait + "}}", "{get: {from: p" + wait + "}}", "{get: l" + wait + "}", "{read: {from: pp, bytes: 3}}, {get: q" + wait + "}",
	}).Draw(t, "get")
}
