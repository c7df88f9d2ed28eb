package elastic_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/collect"
	"github.com/vedette-soc/vedette/internal/collect/collecttest"
	"github.com/vedette-soc/vedette/internal/collect/elastic"
)

func server(t *testing.T, sink collect.Sink) string {
	t.Helper()
	mux := http.NewServeMux()
	for _, route := range elastic.New(elastic.Defaults(), collect.NewBodies(), time.Now).Routes(sink) {
		mux.Handle(route.Pattern, route.Handler)
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

type reply struct {
	Errors bool
	Items  []map[string]struct {
		Index  string `json:"_index"`
		Status int
		Error  struct{ Reason string }
	}
}

func bulk(t *testing.T, url, body string) (int, reply, http.Header) {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var r reply
	text, _ := io.ReadAll(resp.Body)
	_ = json.Unmarshal(text, &r)
	return resp.StatusCode, r, resp.Header
}

func TestBulkAnswersOneItemAnAction(t *testing.T) {
	sink := collecttest.New()
	// The spacing and the closing empty line are those of rsyslog.
	body := "{\"index\": {\"_index\": \"system\"} }\n{\"message\":\"one\"}\n{\"create\":{}}\n{\"message\":\"two\"}\n" +
		"{\"delete\":{\"_id\":\"9\"}}\n{\"index\":{}}\n{\"big\":\"" + strings.Repeat("x", collect.MaxRecord) + "\"}\n\n"
	status, r, header := bulk(t, server(t, sink)+"/elastic/logs/_bulk", body)
	if status != http.StatusOK || header.Get("X-Elastic-Product") != "Elasticsearch" || !r.Errors || len(r.Items) != 4 {
		t.Fatalf("%d %+v", status, r)
	}
	if r.Items[0]["index"].Status != 201 || r.Items[0]["index"].Index != "system" || r.Items[1]["create"].Index != "logs" ||
		r.Items[2]["delete"].Status != 400 || r.Items[3]["index"].Status != 400 {
		t.Fatalf("%+v", r.Items)
	}
	if n := sink.Dropped("too_large"); n != 1 {
		t.Errorf("%d refused documents were counted, want 1", n)
	}
	if got := sink.Records(); len(got) != 2 || string(got[1].Data) != `{"message":"two"}` || !strings.HasSuffix(got[0].Source, "/system") {
		t.Fatalf("%+v", got)
	}
}

func TestBulkRefusals(t *testing.T) {
	full := collecttest.New()
	full.Refuse(vedette.Errorf(vedette.CodeLimited, "full"))
	for body, want := range map[string]int{
		"{\"index\":{}}\n":            400,
		"hello\n":                     400,
		"{\"upsert\":{}}\n{}\n":       400,
		"{\"index\":{}}\n{\"a\":1}\n": 429,
	} {
		if status, _, _ := bulk(t, server(t, full)+"/_bulk", body); status != want {
			t.Errorf("%q gave %d, want %d", body, status, want)
		}
	}
}

// TestOfficialClient lets the official JavaScript client check the product and send documents. It needs the console's
// development packages, where the client is.
func TestOfficialClient(t *testing.T) {
	node, err := exec.LookPath("node")
	modules, _ := filepath.Abs("../../../console/node_modules")
	if err != nil {
		t.Skip("node is not installed")
	}
	if matches, _ := filepath.Glob(modules + "/@elastic/elasticsearch/package.json"); len(matches) == 0 {
		t.Skip("the client @elastic/elasticsearch is not installed: run npm ci in console")
	}
	sink := collecttest.New()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	script := `const {Client}=require(process.argv[1]+'/@elastic/elasticsearch');
const c=new Client({node:process.argv[2]+'/elastic',auth:{username:'u',password:'p'}});
c.helpers.bulk({datasource:[{message:'one'},{message:'two'},{message:'three'}],onDocument:()=>({create:{_index:'logs-app'}})})
 .then(async r=>{const i=await c.info();console.log(JSON.stringify({total:r.total,ok:r.successful,failed:r.failed,version:i.version.number}));})
 .catch(e=>{console.error(e.message);process.exit(1)});`
	out, err := exec.CommandContext(ctx, node, "-e", script, modules, server(t, sink)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if want := `{"total":3,"ok":3,"failed":0,"version":"8.15.0"}`; strings.TrimSpace(string(out)) != want {
		t.Fatalf("the client says %s", out)
	}
	if got := sink.Records(); len(got) != 3 || string(got[2].Data) != `{"message":"three"}` {
		t.Fatalf("%+v", got)
	}
}

func FuzzBulk(f *testing.F) {
	f.Add("{\"index\":{}}\n{\"a\":1}\n")
	f.Add("{\"delete\":{}}\n\n\n{\"create\":{}}")
	handler := elastic.New(elastic.Defaults(), collect.NewBodies(), time.Now).Routes(collecttest.New())[0].Handler
	f.Fuzz(func(t *testing.T, body string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/_bulk", strings.NewReader(body)))
		if w.Code == http.StatusOK && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("the answer to %q is not JSON: %s", body, w.Body)
		}
	})
}
