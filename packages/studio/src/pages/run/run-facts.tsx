import type { RunView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { bytes, counted } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { RecordLink } from '../../ui/links.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './run-facts.module.css';

/** What the run stood on: the pipeline's file, the code, the parameters, the machine. */
export function RunFacts({ run }: { readonly run: RunView }) {
  const { code, environment } = run;
  return (
    <Panel title="What it stood on">
      <div className={styles.columns}>
        <div>
          <h3>Pipeline and code</h3>
          <Facts
            facts={[
              ['File', <code key="file">{run.file}</code>],
              ['Pipeline record', <RecordLink key="pipeline" hash={run.pipelineRecord} />],
              ['Commit', code?.commit ? <Digest key="commit" hex={code.commit} what="commit" /> : 'no git repository'],
              ['Branch', code?.branch ?? undefined],
              [
                'Not committed',
                code?.dirty ? code.patch ? <Digest key="patch" hex={code.patch} what="patch" /> : 'yes' : 'nothing',
              ],
              ['Run', <Digest key="run" hex={run.id} what="run id" />],
            ]}
          />
        </div>
        <div>
          <h3>Parameters</h3>
          {Object.keys(run.parameters).length === 0 ? (
            <p>None.</p>
          ) : (
            <Facts
              facts={Object.entries(run.parameters).map(([name, value]) => [
                name,
                <Json key={name} value={value} inline />,
              ])}
            />
          )}
        </div>
        <div>
          <h3>Machine</h3>
          <Facts
            facts={[
              ['System', `${environment.os}, ${environment.arch}`],
              ['Processors', `${counted(environment.cpus, 'processor')}: ${environment.cpu}`],
              ['Memory', bytes(environment.memoryBytes)],
              ['Node', environment.node],
              ['Assay', environment.assay],
            ]}
          />
        </div>
      </div>
    </Panel>
  );
}
