import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Upload } from "antd";
import { api, queryString } from "../api/client";
import type { RuleUpload } from "../api/vocabulary";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";

const typeOf = (name: string): string => (name.endsWith(".zip") ? "application/zip" : /\.(gz|tgz)$/.test(name) ? "application/gzip" : "application/yaml");

/** Adds rules from a file or an archive, and lists what was refused. */
export function UploadRules() {
  const t = useT();
  const { message, notification } = App.useApp();
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) => api.post<RuleUpload>(`/rules${queryString({ name: file.name })}`, undefined, { raw: { type: typeOf(file.name), data: file } }),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["rules"] });
      const text = [t.rules.uploaded(done.added.length), done.rejected.length ? t.rules.rejected(done.rejected.length) : ""].filter(Boolean).join(" · ");
      if (!done.rejected.length) { message.success(text); return; }
      notification.warning({ title: text, duration: 0, description: <ul className="plain-list">{done.rejected.slice(0, 20).map((r, i) => <li key={i}><b className="mono">{r.file}</b> {r.problem}</li>)}</ul> });
    },
    onError: (error) => message.error(error.message, 8),
  });
  return (
    <Upload accept=".yml,.yaml,.zip,.gz,.tgz" showUploadList={false} beforeUpload={(file) => { send.mutate(file); return false; }}>
      <Button icon={<Icon name="upload" size={14} />} loading={send.isPending} title={t.rules.uploadHint}>{t.rules.upload}</Button>
    </Upload>
  );
}
