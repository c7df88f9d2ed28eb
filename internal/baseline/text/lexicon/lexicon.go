// Package lexicon holds words that people make names of, and makes up names as people would. In comes nothing but a source
// of randomness; out come words and labels of domain names. The list is our own, of eleven languages in Latin letters; it
// promises to be the same in every build, because trained weights stand on it.
package lexicon

import (
	_ "embed"
	"math/rand/v2"
	"strconv"
	"strings"
)

//go:embed words.txt
var list string

// syllables of Mandarin in pinyin, which Chinese names are made of.
const pinyin = "ai an ao ba bai ban bang bao bei ben bi bian biao bin bo bu cai can cang chang chao che chen cheng chi chong chu chuan chun ci cong da dai dan dang dao de deng di dian ding dong du duo e en er fa fan fang fei fen feng fu gan gang gao ge gong gou gu guan guang gui guo hai han hang hao he hei hong hou hu hua huan huang hui huo ji jia jian jiang jiao jie jin jing jiu ju jun kai kan kang ke kong kou ku kuai la lai lan lang lao le lei li lian liang liao lin ling liu long lou lu luo lv ma mai man mao mei men meng mi mian miao min ming mo mu na nan nei ni nian niu nong nuo ou pai pan pang pei peng pi pian pin ping pu qi qian qiang qiao qin qing qiu qu quan ran ren ri rong ru rui san sang sha shan shang shao she shen sheng shi shou shu shuang shui shun si song su sun suo tai tan tang tao te teng ti tian tie ting tong tou tu tuan wan wang wei wen wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue ya yan yang yao ye yi yin ying yong you yu yuan yue yun za zai zan ze zeng zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhuan zi zong zu zuo"

// Words returns every word once, in the order of the list.
func Words() []string {
	fields := strings.Fields(list)
	known := make(map[string]bool, len(fields))
	words := fields[:0]
	for _, w := range fields {
		if !known[w] {
			known[w] = true
			words = append(words, w)
		}
	}
	return words
}

// Namer makes up labels as people register them.
type Namer struct {
	rng       *rand.Rand
	words     []string
	syllables []string
}

// NewNamer makes names of these words.
func NewNamer(rng *rand.Rand, words []string) *Namer {
	return &Namer{rng: rng, words: words, syllables: strings.Fields(pinyin)}
}

// Label makes up one label: words side by side, invented brands, pinyin, abbreviations, numbers.
func (n *Namer) Label() string {
	switch k := n.rng.IntN(100); {
	case k < 18:
		return n.word() + n.ending()
	case k < 48:
		return n.word() + n.word()
	case k < 56:
		return n.word() + "-" + n.word()
	case k < 61:
		return n.word() + n.word() + n.word()
	case k < 79:
		return n.brand()
	case k < 88:
		return n.repeat(2+n.rng.IntN(2), func() string { return n.syllables[n.rng.IntN(len(n.syllables))] })
	case k < 93:
		return n.initials(2 + n.rng.IntN(3))
	case k < 96:
		return n.initials(2+n.rng.IntN(2)) + n.word()
	case k < 98:
		return n.word() + strconv.Itoa(n.rng.IntN(1000))
	default:
		return strconv.Itoa(1+n.rng.IntN(999)) + n.word()
	}
}

func (n *Namer) word() string { return n.words[n.rng.IntN(len(n.words))] }

func (n *Namer) ending() string {
	endings := []string{"", "", "", "s", "er", "ly", "ing", "ify", "o", "a", "ia", "io", "ex", "hub", "it"}
	return endings[n.rng.IntN(len(endings))]
}

func (n *Namer) repeat(times int, part func() string) string {
	var b strings.Builder
	for range times {
		b.WriteString(part())
	}
	return b.String()
}

// brand is an invented word that can be spoken, or a word that lost or changed a letter.
func (n *Namer) brand() string {
	if n.rng.IntN(3) == 0 {
		w := n.word() + n.ending()
		at := n.rng.IntN(len(w))
		return w[:at] + w[min(at+1, len(w)):] + n.sound("aeiou")
	}
	return n.repeat(2+n.rng.IntN(2), func() string {
		s := n.sound("b c d f g h j k l m n p r s t v w z br cl cr dr fl fr gr pl pr sh st th tr") + n.sound("a e i o u a e i o oo ee ea ai ou")
		if n.rng.IntN(3) == 0 {
			s += n.sound("n r s l t m x nd st ck rt")
		}
		return s
	})
}

func (n *Namer) sound(from string) string {
	if !strings.Contains(from, " ") {
		return string(from[n.rng.IntN(len(from))])
	}
	parts := strings.Fields(from)
	return parts[n.rng.IntN(len(parts))]
}

func (n *Namer) initials(k int) string {
	return n.repeat(k, func() string { return string("abcdefghiklmnopqrstuvwabcdefgimnprst"[n.rng.IntN(36)]) })
}
