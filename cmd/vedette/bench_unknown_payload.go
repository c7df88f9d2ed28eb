package main

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"github.com/vedette-soc/vedette/internal/baseline/text/corpus"
	"github.com/vedette-soc/vedette/internal/recording"
)

func benchPayloads(_ context.Context, b *unknownBench) error {
	known := map[string]bool{}
	own := unknownStrings{set: "payload", name: "own values"}
	own.learn = distinct(corpus.Values(1, 40000), known)
	own.benign = distinct(corpus.Values(2, 40000), known)
	own.hostiles = distinct(corpus.HostileValues(3, 6000), known)
	if err := b.model(own); err != nil {
		return err
	}
	if err := b.params(); err != nil {
		return err
	}
	return b.requests()
}

// params measures HttpParams on its published split: learned are the ordinary values of its training part.
func (b *unknownBench) params() error {
	train, ok := b.path("HttpParams", "httpparams", "payload_train.csv")
	test, ok2 := b.path("HttpParams", "httpparams", "payload_test.csv")
	if !ok || !ok2 {
		return nil
	}
	in := unknownStrings{set: "payload", name: "HttpParams"}
	rows, err := tableOf(train)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row[len(row)-1] == "norm" {
			in.learn = append(in.learn, row[0])
		}
	}
	if rows, err = tableOf(test); err != nil {
		return err
	}
	for _, row := range rows {
		switch row[len(row)-1] {
		case "norm":
			in.benign = append(in.benign, row[0])
		case "anom":
			in.hostiles = append(in.hostiles, row[0])
		}
	}
	return b.model(in)
}

var (
	accessLine  = regexp.MustCompile(`"(?:GET|POST|HEAD|PUT|OPTIONS|DELETE) (\S+) HTTP/[0-9.]+" \d{3}`)
	attackCases = regexp.MustCompile(`(?i)cve-|sqli|xss|traversal|backdoor|log4j`)
)

// requests measures recorded access logs: ordinary requests of a web site, against the lines of cases that show an attack
// on a web server. Targets are unescaped once, as a parser does.
func (b *unknownBench) requests() error {
	access, ok := b.path("access logs", "logs", "elastic-examples.tar.gz")
	cases, ok2 := b.path("access logs", "logs", "crowdsec-hub-cases.tar.gz")
	if !ok || !ok2 {
		return nil
	}
	var quiet, hostile []string
	err := b.records(access, func(it recording.Item) error {
		if m := accessLine.FindSubmatch(it.Data); m != nil {
			quiet = append(quiet, unescaped(string(m[1])))
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = b.records(cases, func(it recording.Item) error {
		_, member, _ := strings.Cut(it.File, "!")
		m := accessLine.FindSubmatch(it.Data)
		if m != nil && strings.HasSuffix(member, ".log") && attackCases.MatchString(member) {
			hostile = append(hostile, unescaped(string(m[1])))
		}
		return nil
	})
	if err != nil {
		return err
	}
	known := map[string]bool{}
	in := unknownStrings{set: "payload", name: "requests of an access log; hostile: CrowdSec cases", hostiles: distinct(hostile, known)}
	in.learn, in.benign = halves(distinct(quiet, known))
	return b.model(in)
}

func unescaped(target string) string {
	if plain, err := url.QueryUnescape(target); err == nil {
		return plain
	}
	return target
}
