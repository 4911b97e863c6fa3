import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ModelVersionView, originQuery } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { Facts } from '../../ui/facts.tsx';
import { bytes, count, score } from '../../ui/format.ts';
import { Label } from '../../ui/label.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { ModelFrame } from '../model-frame/index.ts';
import { Chain } from './chain.tsx';
import { Excerpt } from './excerpt.tsx';
import styles from './paragraph-page.module.css';

const route = getRouteApi('/models/$name/paragraphs/$paragraph');

export function ParagraphPage() {
  const { name, paragraph } = route.useParams();
  const { version } = route.useSearch();
  return (
    <ModelFrame name={name} version={version}>
      {(shown) => <Origin version={shown} id={paragraph} />}
    </ModelFrame>
  );
}

function Origin({ version, id }: { readonly version: ModelVersionView; readonly id: string }) {
  const { data, error, refetch } = useQuery(originQuery(version.name, version.version, id));
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={640} />;
  const { example, paragraph, filing, excerpt, chain } = data;
  const who = [paragraph.position, paragraph.affiliation].filter((part) => part !== null).join(', ');
  return (
    <>
      <Panel title={`Paragraph ${id}`} hint={`${example.part} part`}>
        <div className={styles.columns}>
          <Facts
            facts={[
              ['Speaker', who === '' ? paragraph.speaker : `${paragraph.speaker}, ${who}`],
              ['Section', `${paragraph.section.replaceAll('-', ' ')}, turn ${paragraph.turn}`],
              ['Reference', <Label key="reference" label={example.label} />],
              [
                'Model',
                <span key="model">
                  <Label label={example.predicted} />{' '}
                  {example.predicted && example.probabilities && score(example.probabilities[example.predicted] ?? 0)}
                </span>,
              ],
              [
                'Why',
                <Link
                  key="why"
                  to="/models/$name/words"
                  params={{ name: version.name }}
                  search={{ text: paragraph.text, version: version.version }}
                >
                  which words mattered
                </Link>,
              ],
            ]}
          />
          <Facts
            facts={[
              ['Filing', `${filing.form} ${filing.accession}${filing.filedAt ? `, filed ${filing.filedAt}` : ''}`],
              [
                'Companies',
                filing.companies.map((company) => `${company.name} (${company.role.replace('-', ' ')})`).join('; '),
              ],
              ['File', `${filing.path}, ${bytes(filing.size)}`],
              ['SHA-256', <Digest key="sha256" hex={filing.sha256} what="SHA-256 of the filing" />],
              ['Bytes', `${count(paragraph.start)} to ${count(paragraph.end)} of the filing`],
            ]}
          />
        </div>
      </Panel>
      <div className={styles.columns}>
        <Panel title="In the filing, as filed">
          <Excerpt excerpt={excerpt} />
        </Panel>
        <Panel title="The walk back" hint="from the model to the filing">
          <Chain chain={chain} />
        </Panel>
      </div>
    </>
  );
}
