package entity

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	vedette "github.com/vedette-soc/vedette"
)

// AssetRow is what one line of a list of assets says. What it leaves empty is nil and stays as it was.
type AssetRow struct {
	Line        int
	Kind        vedette.EntityKind
	Name        string
	Criticality *int
	Owner       *string
	Department  *string
	Tags        *[]string
}

// RowProblem is a line that cannot be used, and why.
type RowProblem struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// MaxAssetRows is how many lines a list of assets may have; maxProblems is how many of the bad ones are told.
const (
	MaxAssetRows = 20_000
	maxProblems  = 50
	maxTags      = 32
)

// assetColumns are the columns by the names that lists give them.
var assetColumns = map[string][]string{
	"kind":        {"kind", "type", "类型", "类别"},
	"name":        {"name", "host", "hostname", "asset", "entity", "ip", "address", "user", "名称", "主机", "主机名", "资产", "资产名称", "用户", "地址"},
	"criticality": {"criticality", "importance", "level", "重要性", "重要程度", "等级"},
	"owner":       {"owner", "responsible", "负责人", "责任人"},
	"department":  {"department", "team", "unit", "部门", "单位"},
	"tags":        {"tags", "labels", "标签"},
}

// ReadAssets reads a list of assets as CSV with a header: name, and any of kind, criticality, owner, department and tags
// (separated by ; or |), in English or Chinese, separated by comma, semicolon or tab, in UTF-8 or GB 18030. Lines that
// cannot be used are told apart; a file that cannot be read at all is invalid.
func ReadAssets(data []byte) ([]AssetRow, []RowProblem, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || !utf8.Valid(decoded) {
			return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the list is neither UTF-8 nor GB 18030")
		}
		data = decoded
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord, r.Comma = -1, true, true, separator(data)
	header, err := r.Read()
	if err != nil {
		return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the list has no header: the first line names the columns, such as kind,name,criticality,owner,department,tags")
	}
	at, err := columnsOf(header)
	if err != nil {
		return nil, nil, err
	}
	var rows []AssetRow
	var problems []RowProblem
	for {
		record, err := r.Read()
		line, _ := r.FieldPos(0)
		switch {
		case errors.Is(err, io.EOF):
			return rows, problems, nil
		case err != nil:
			return nil, nil, vedette.Errorf(vedette.CodeInvalid, "the list cannot be read: %s", vedette.Shorten(err.Error(), 200))
		case len(rows) >= MaxAssetRows:
			return nil, nil, vedette.Errorf(vedette.CodeTooLarge, "the list has more than %d lines: import it in parts", MaxAssetRows)
		}
		row, err := at.row(record)
		if row.Line = line; err != nil {
			if len(problems) < maxProblems {
				problems = append(problems, RowProblem{line, err.Error()})
			}
			continue
		}
		rows = append(rows, row)
	}
}

// separator is the one of comma, semicolon and tab that the header has most of.
func separator(data []byte) rune {
	head, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', bytes.Count(head, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(head, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// assetPlaces says in which column each thing stands.
type assetPlaces map[string]int

func columnsOf(header []string) (assetPlaces, error) {
	at := assetPlaces{}
	for i, title := range header {
		title = strings.ToLower(strings.TrimSpace(title))
		for column, names := range assetColumns {
			if _, has := at[column]; !has && slices.Contains(names, title) {
				at[column] = i
			}
		}
	}
	if _, has := at["name"]; !has {
		return nil, vedette.Errorf(vedette.CodeInvalid, "no column is called name: the first line names the columns, such as kind,name,criticality,owner,department,tags")
	}
	return at, nil
}

func (at assetPlaces) text(record []string, column string) string {
	if i, has := at[column]; has && i < len(record) {
		return strings.Clone(strings.TrimSpace(record[i]))
	}
	return ""
}

func (at assetPlaces) row(record []string) (AssetRow, error) {
	var row AssetRow
	var err error
	if row.Kind, row.Name, err = assetName(at.text(record, "kind"), at.text(record, "name")); err != nil {
		return row, err
	}
	if word := at.text(record, "criticality"); word != "" {
		level, err := ParseCriticality(word)
		if err != nil {
			return row, err
		}
		row.Criticality = &level
	}
	if owner := vedette.Cut(at.text(record, "owner"), maxName); owner != "" {
		row.Owner = &owner
	}
	if department := vedette.Cut(at.text(record, "department"), maxName); department != "" {
		row.Department = &department
	}
	var tags []string
	for _, tag := range strings.FieldsFunc(at.text(record, "tags"), func(r rune) bool { return strings.ContainsRune(";|,\uff1b\uff0c\u3001", r) }) {
		if tag = vedette.Cut(strings.TrimSpace(tag), 64); tag != "" && len(tags) < maxTags {
			tags = append(tags, tag)
		}
	}
	if tags != nil {
		row.Tags = &tags
	}
	return row, nil
}

// assetName normalises a name as events do. Without a kind it is an address when it looks like one, and else a host.
func assetName(kind, name string) (vedette.EntityKind, string, error) {
	if len(name) > maxName {
		return "", "", fmt.Errorf("the name has more than %d bytes", maxName)
	}
	addr, isAddr := Address(name)
	switch strings.ToLower(kind) {
	case "":
		if isAddr {
			return vedette.EntityAddress, addr.String(), nil
		}
		kind = "host"
	case "主机", "服务器", "server", "machine", "workstation":
		kind = "host"
	case "用户", "账号", "account":
		kind = "user"
	case "地址", "ip":
		kind = "address"
	}
	k := vedette.EntityKind(strings.ToLower(kind))
	normal := ""
	switch k {
	case vedette.EntityHost:
		normal = Host(name)
	case vedette.EntityUser:
		normal = User(name)
	case vedette.EntityAddress:
		if isAddr {
			normal = addr.String()
		}
	case vedette.EntityDomain:
		normal = Domain(name)
	case vedette.EntityAccount:
		normal = name
	default:
		return "", "", fmt.Errorf("the kind %q is not host, user, address, domain or cloud_account", vedette.Shorten(kind, 40))
	}
	if normal == "" {
		return "", "", fmt.Errorf("%q is no name of a %s", vedette.Shorten(name, 60), k)
	}
	return k, normal, nil
}

// ParseCriticality reads a level as a number from 0 to 4 or as a word.
func ParseCriticality(word string) (int, error) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "0", "none", "negligible", "无", "可忽略":
		return CriticalityNone, nil
	case "1", "low", "低", "一般":
		return CriticalityLow, nil
	case "2", "normal", "medium", "中", "普通":
		return CriticalityNormal, nil
	case "3", "high", "高", "重要":
		return CriticalityHigh, nil
	case "4", "critical", "核心", "关键", "极高":
		return CriticalityCritical, nil
	}
	return 0, fmt.Errorf("the criticality %q is not 0 to 4, none, low, normal, high or critical", vedette.Shorten(word, 40))
}
