import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Popover, Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { useSession } from "../app/session";
import { useT } from "../i18n";
import { Icon } from "../ui/icons";
import { askEntity, levels, pathOf, type EntityEdit, type EntityPage } from "./ask";
import { Criticality } from "./marks";

/** Criticality, owner, department and tags, to be changed where they stand by those who may. */
export function Said({ page }: { page: EntityPage }) {
  const d = useT().entityPage;
  const { may } = useSession();
  const [open, setOpen] = useState(false);
  const words = (
    <>
      <Criticality level={page.criticality} />
      <span className="said-owner"><Icon name="user" size={12} /> {page.owner || <span className="quiet">{d.nobody}</span>}{page.department && <span className="quiet"> · {page.department}</span>}</span>
      {(page.tags ?? []).map((tag) => <span className="tag" key={tag}>{tag}</span>)}
    </>
  );
  if (!may("write")) return <div className="said">{words}</div>;
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" destroyOnHidden title={d.editTitle} content={<Form page={page} onDone={() => setOpen(false)} />}>
      <button type="button" className="said edit" aria-expanded={open} aria-haspopup="dialog"><span className="visually-hidden">{d.editTitle}</span>{words}<Icon name="edit" size={12} /></button>
    </Popover>
  );
}

function Form({ page, onDone }: { page: EntityPage; onDone: () => void }) {
  const d = useT().entityPage;
  const { message } = App.useApp();
  const client = useQueryClient();
  const { kind, name } = page.entity;
  const [level, setLevel] = useState(page.criticality ?? -1);
  const [owner, setOwner] = useState(page.owner ?? "");
  const [department, setDepartment] = useState(page.department ?? "");
  const [tags, setTags] = useState<string[]>(page.tags ?? []);
  const save = useMutation({
    mutationFn: (edit: EntityEdit) => api.patch<EntityPage>(pathOf(kind, name), edit),
    onSuccess: (next) => {
      client.setQueryData(askEntity(kind, name).queryKey, next);
      void client.invalidateQueries({ queryKey: ["entities"] });
      message.success(d.saved);
      onDone();
    },
    onError: (error) => message.error(error.message, 8),
  });
  return (
    <form className="said-form" onSubmit={(e) => { e.preventDefault(); save.mutate({ criticality: level, owner: owner.trim(), department: department.trim(), tags }); }} onKeyDown={(e) => { if (e.key === "Escape") onDone(); }}>
      <label htmlFor="said-level">{d.criticality}</label>
      <Select id="said-level" autoFocus value={level} onChange={setLevel} options={[...levels, -1].map((n) => ({ value: n, label: <span>{d.level[n]} <span className="quiet">{d.levelHint[n]}</span></span> }))} />
      <label htmlFor="said-owner">{d.owner}</label>
      <Input id="said-owner" value={owner} maxLength={80} onChange={(e) => setOwner(e.target.value)} placeholder={d.ownerHint} />
      <label htmlFor="said-department">{d.department}</label>
      <Input id="said-department" value={department} maxLength={80} onChange={(e) => setDepartment(e.target.value)} placeholder={d.departmentHint} />
      <label htmlFor="said-tags">{d.tags}</label>
      <Select id="said-tags" mode="tags" value={tags} onChange={setTags} maxCount={32} open={false} suffixIcon={null} placeholder={d.tagsHint} tokenSeparators={[",", ";", "\uff0c", "\uff1b"]} />
      <div className="row"><Button type="primary" htmlType="submit" loading={save.isPending}>{d.save}</Button></div>
    </form>
  );
}
