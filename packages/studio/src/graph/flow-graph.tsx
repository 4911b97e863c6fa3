import '@xyflow/react/dist/base.css';
import { useElementSize } from '@mantine/hooks';
import {
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  MarkerType,
  type Node,
  type NodeHandle,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import styles from './flow-graph.module.css';
import { type Arrow, arrowId, type Box, type Direction, layOut, smoothPath } from './layout.ts';

interface FlowBox extends Box {
  readonly content: ReactNode;
}

interface FlowGraphProps {
  /** What the graph shows, for those who do not see it. */
  readonly label: string;
  readonly boxes: readonly FlowBox[];
  readonly arrows: readonly Arrow[];
  readonly tallest?: number;
}

type BoxNode = Node<{ readonly content: ReactNode }, 'box'>;

const nodeTypes = { box: BoxView };
const edgeTypes = { arrow: ArrowView };

/** Below this width, in pixels, the graph goes down in place of right. */
const NARROW = 560;
/** A larger graph is not made smaller than this, but is moved about. */
const SMALLEST = 0.7;
/** Room for the buttons below a graph that does not fit, in pixels. */
const CONTROLS = 40;

/** A graph from left to right, or down where there is no room. What is in the boxes can be reached by keyboard. */
export function FlowGraph({ label, boxes, arrows, tallest = 520 }: FlowGraphProps) {
  const { ref, width } = useElementSize();
  const direction: Direction = width > 0 && width < NARROW ? 'down' : 'right';
  const shape = JSON.stringify([boxes.map(({ id, width: w, height: h }) => [id, w, h]), arrows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says what of these two the layout depends on
  const layout = useMemo(() => layOut(boxes, arrows, direction), [shape, direction]);
  const scale = width > 0 ? Math.min(1, Math.max(SMALLEST, width / layout.width)) : 1;
  const most = direction === 'down' ? 900 : tallest;
  const isWhole = layout.width * scale <= width + 1 && layout.height * scale <= most + 1;
  const height = Math.ceil(Math.max(90, Math.min(most, layout.height * scale))) + (isWhole ? 0 : CONTROLS);
  const [flow, setFlow] = useState<ReactFlowInstance<BoxNode, ArrowEdge>>();
  useEffect(() => {
    const free = width - layout.width * scale;
    // What does not fit is shown from its end: what was asked for stands there.
    void flow?.setViewport({ x: free < 0 ? free : free / 2, y: 0, zoom: scale });
  }, [flow, width, scale, layout]);

  const nodes: BoxNode[] = boxes.map(({ id, width: w, height: h, content }) => ({
    id,
    type: 'box',
    position: layout.places.get(id) ?? { x: 0, y: 0 },
    width: w,
    height: h,
    handles: handlesOf(w, h, direction),
    data: { content },
    // A node that can be neither dragged nor selected gets no clicks unless told.
    style: { pointerEvents: 'all' },
  }));
  const edges: ArrowEdge[] = arrows.map((arrow) => ({
    id: arrowId(arrow),
    source: arrow.from,
    target: arrow.to,
    type: 'arrow',
    data: { title: arrow.label, path: smoothPath(layout.ways.get(arrowId(arrow)) ?? [], direction) },
    markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--a-strong)', width: 14, height: 14 },
  }));
  return (
    <section ref={ref} className={styles.graph} aria-label={label} style={{ height }}>
      {width > 0 && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={setFlow}
          minZoom={0.15}
          maxZoom={1.6}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          proOptions={{ hideAttribution: true }}
        >
          {!isWhole && <Controls showInteractive={false} orientation="horizontal" />}
        </ReactFlow>
      )}
    </section>
  );
}

function BoxView({ data }: NodeProps<BoxNode>) {
  return data.content;
}

/** Where arrows end and begin; told, since measuring them anew at each change would make the arrows blink. */
function handlesOf(width: number, height: number, direction: Direction): NodeHandle[] {
  const size = { width: 1, height: 1 };
  return direction === 'right'
    ? [
        { type: 'target', position: Position.Left, x: 0, y: height / 2, ...size },
        { type: 'source', position: Position.Right, x: width, y: height / 2, ...size },
      ]
    : [
        { type: 'target', position: Position.Top, x: width / 2, y: 0, ...size },
        { type: 'source', position: Position.Bottom, x: width / 2, y: height, ...size },
      ];
}

type ArrowEdge = Edge<{ readonly title: string | undefined; readonly path: string }, 'arrow'>;

function ArrowView({ data, markerEnd }: EdgeProps<ArrowEdge>) {
  if (!data) return null;
  return (
    <g>
      {data.title && <title>{data.title}</title>}
      <BaseEdge path={data.path} className={styles.edge ?? ''} {...(markerEnd ? { markerEnd } : {})} />
    </g>
  );
}
