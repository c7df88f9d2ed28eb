import type { CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { api } from "../api/client";
import type { FieldShares, ValueCounts } from "../api/vocabulary";
import { formatCount } from "../ui/format";
import { fieldName, quote } from "../ui/logsql";
import type { Question } from "./data";

const words = ["AND", "OR", "NOT"];
const pipes = ["stats count() rows", "stats by (source.ip) count() rows", "top 10 by (source.ip)", "fields _time, source.ip, user.name", "sort by (_time) desc", "uniq by (user.name)", "limit 100"];

/** Completes field names, then the values that a field has in this time range, then words and pipes of the language. */
export function completion(question: () => Question): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { since, until } = question();
    const line = context.state.doc.toString().slice(0, context.pos);
    const value = /([\w.]+|"[^"]+"):=?("?)([^"\s()|]*)$/.exec(line);
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort());
    try {
      if (value) {
        const field = (value[1] as string).replace(/^"|"$/g, "");
        const from = context.pos - (value[3] as string).length - (value[2] as string).length;
        const found = await api.get<ValueCounts>("/events/values", { field, query: "*", since, until, limit: 50 }, abort.signal);
        const bare = line.endsWith(":") || line[from - 1] === ":";
        return { from, options: found.items.map((v) => ({ label: quote(v.value), apply: bare ? `=${quote(v.value)}` : quote(v.value), detail: formatCount(v.rows) })), validFor: /^"?[^"\s]*$/ };
      }
      const pipe = /\|\s*[\w ]*$/.exec(line);
      if (pipe) return { from: context.pos - pipe[0].replace(/^\|\s*/, "").length, options: pipes.map((label) => ({ label, type: "keyword" })) };
      const word = context.matchBefore(/[\w.]+$/);
      if (!word && !context.explicit) return null;
      const found = await api.get<FieldShares>("/events/fields", { query: "*", since, until, limit: 500 }, abort.signal);
      return {
        from: word?.from ?? context.pos, validFor: /^[\w.]*$/,
        options: [...found.items.map((f) => ({ label: f.name, apply: `${fieldName(f.name)}:`, detail: `${Math.round(f.share * 100)} %`, boost: Math.round(f.share * 50) })), ...words.map((label) => ({ label, type: "keyword" }))],
      };
    } catch {
      return null; // completion is a help: without it one types on
    }
  };
}

