package entity

import (
	"cmp"
	"slices"
	"strings"
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// maxAliases bounds the aliases that one entity is shown with.
const maxAliases = 100

// Resolve makes of the links of an entity the list of its other names, last seen first. own are the links of the entity
// in either direction; rivals are links in which other entities have the same names. A name that two claim at the same
// time is marked and not given to either: whoever reads decides.
func Resolve(ref vedette.EntityRef, own, rivals []vedette.EntityLink) []vedette.Alias {
	var list []vedette.Alias
	for i := range own {
		l := &own[i]
		if l.Relation != vedette.RelationAlias {
			continue
		}
		a := vedette.Alias{Kind: l.OtherKind, Name: l.Other, First: l.First, Last: l.Last, Spans: l.Spans, Why: l.Why, Text: whyText(l.Why)}
		if l.OtherKind == string(ref.Kind) && l.Other == ref.Name {
			a.Kind, a.Name = string(l.Kind), l.Name
		}
		a.Rival = rivalOf(l, own, rivals)
		a.Conflict = a.Rival != ""
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b vedette.Alias) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Why, b.Why))
	})
	return list[:min(len(list), maxAliases)]
}

// rivalOf returns what speaks against a link: another entity that has the same name at the same time or, for accounts
// and their numbers, another one of the same entity.
func rivalOf(l *vedette.EntityLink, lists ...[]vedette.EntityLink) string {
	for _, list := range lists {
		for i := range list {
			o := &list[i]
			if o.Relation != vedette.RelationAlias || o.OtherKind != l.OtherKind || apart(l, o) {
				continue
			}
			switch {
			case o.Other == l.Other && o.Kind == l.Kind && o.Name != l.Name:
				return o.Name
			case o.Name == l.Name && o.Kind == l.Kind && o.Other != l.Other && single(l.OtherKind) && o.Why == l.Why && !sameAccount(o.Other, l.Other):
				return o.Other
			}
		}
	}
	return ""
}

// apart tells whether two links were seen at different times. Within ten minutes nobody looked again, so as long as that
// is the same time.
func apart(a, b *vedette.EntityLink) bool {
	const unseen = spanSeconds * time.Second
	return a.First.After(b.Last.Add(unseen)) || b.First.After(a.Last.Add(unseen))
}

// single tells whether an entity has only one name of a kind, so that a second one may mean somebody else.
func single(kind string) bool { return kind == "account" || kind == "sid" }

// sameAccount tells whether two ways of writing an account differ in their case alone.
func sameAccount(a, b string) bool { return strings.EqualFold(a, b) }

// whyText says in words what shows that two names mean the same.
func whyText(why string) vedette.Text {
	switch why {
	case whyOwnAddress:
		return vedette.Text{En: "The machine's own agent gives this address as its own.", Zh: "该主机自身的代理报告这是它的地址。"}
	case whyOwnConnection:
		return vedette.Text{En: "The machine reported connections that it opened from this address.", Zh: "该主机上报了由此地址发起的连接。"}
	case whyFullName:
		return vedette.Text{En: "The machine's full name begins with its short name.", Zh: "完整域名以该主机的短名开头。"}
	case whyAccount:
		return vedette.Text{En: "Records name the account with its domain.", Zh: "记录中账号带有所属域。"}
	case whyPrincipal:
		return vedette.Text{En: "Records name the person by this sign-in name.", Zh: "记录以此登录名称呼该用户。"}
	case whyMailbox:
		return vedette.Text{En: "A record names the account and the mailbox together.", Zh: "同一条记录同时给出账号与邮箱。"}
	case whySID:
		return vedette.Text{En: "Windows records name the account and this identifier together.", Zh: "Windows 记录同时给出账号与该标识符。"}
	case whyLease:
		return vedette.Text{En: "A DHCP server leased the address.", Zh: "DHCP 服务器租出了该地址。"}
	case whyAnswer:
		return vedette.Text{En: "The name server answered with this address.", Zh: "域名服务器以该地址应答。"}
	case whyWorkstation:
		return vedette.Text{En: "The machine gave this name when it logged on from the address.", Zh: "该主机从此地址登录时自报了这个名称。"}
	}
	return vedette.Text{En: "Seen together in records.", Zh: "在记录中一同出现。"}
}
