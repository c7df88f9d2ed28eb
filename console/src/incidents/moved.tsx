import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useCallback, type ReactNode } from "react";
import { caseDo } from "../incident/ask";
import type { Rearranged } from "../incident/shapes";
import { useT } from "../i18n";

/** Refreshes what a merge, split or move changed, says so, and offers to take it back. */
export function useMoved() {
  const t = useT();
  const client = useQueryClient();
  const { message } = App.useApp();
  const refresh = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["incidents"] });
    void client.invalidateQueries({ queryKey: ["incident"] });
    void client.invalidateQueries({ queryKey: ["alerts"] });
    void client.invalidateQueries({ queryKey: ["today"] });
  }, [client]);
  const undo = useCallback(async (id: string, change: string) => {
    message.destroy("undo");
    try {
      await caseDo.undo(id, change);
      message.success({ key: "undo", content: t.triage.undo.undone });
    } catch (error) {
      message.error(`${t.triage.undo.failed}: ${error instanceof Error ? error.message : String(error)}`, 8);
    }
    refresh();
  }, [message, refresh, t]);
  const say = useCallback(({ incident, change }: Rearranged, text: string, extra?: ReactNode) => {
    refresh();
    message.success({ key: "undo", duration: 12, content: <span className="undo-toast">{text} {extra}<Button type="link" size="small" onClick={() => void undo(incident.id, change.id)}>{t.triage.undo.key}</Button></span> });
  }, [message, refresh, t, undo]);
  return { say, undo, refresh };
}
