package main

import (
	"testing"
	"time"
)

func TestShiftKeepsTheWriting(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		`{"SystemTime":"2026-04-17T05:24:53.092051Z"}`:    `{"SystemTime":"2026-04-18T06:24:53.092051Z"}`,
		`{"UtcTime":"2026-04-17 05:24:53.079"}`:           `{"UtcTime":"2026-04-18 06:24:53.079"}`,
		`{"t":"2026-04-17T05:24:53+08:00"}`:               `{"t":"2026-04-18T06:24:53+08:00"}`,
		`{"t":"2026-04-17T05:24:53+0800"}`:                `{"t":"2026-04-18T06:24:53+0800"}`,
		`1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /`: `1.2.3.4 - - [18/May/2015:11:05:03 +0000] "GET /`,
		`<38>Jun  9 06:06:20 combo sshd[1]: x`:            `<38>Jun 10 07:06:20 combo sshd[1]: x`,
		`version 2026-04 of nothing`:                      `version 2026-04 of nothing`,
	} {
		if got := string(shift([]byte(in), 25*time.Hour, now)); got != want {
			t.Errorf("%s\n became %s\n want   %s", in, got, want)
		}
	}
}
