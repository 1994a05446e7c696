import { segmentNameTaken, segmentNotFound, SegmentRepository, type Segment } from '../../domain/search/segment.js';
import { compareCodePoints } from '../../domain/text.js';

/** The segments in a map, gone with the process. */
export class MemorySegmentRepository extends SegmentRepository {
  private readonly segments = new Map<number, Segment>();
  private lastId = 0;

  override async list(): Promise<Segment[]> {
    return [...this.segments.values()].sort((a, b) => compareCodePoints(a.name, b.name));
  }

  override async find(id: number): Promise<Segment | undefined> {
    return this.segments.get(id);
  }

  override async create({ name, query }: Omit<Segment, 'id'>): Promise<Segment> {
    this.checkName(name, undefined);
    const segment = { id: ++this.lastId, name, query };
    this.segments.set(segment.id, segment);
    return segment;
  }

  override async replace(segment: Segment): Promise<void> {
    if (!this.segments.has(segment.id)) throw segmentNotFound(segment.id);
    this.checkName(segment.name, segment.id);
    this.segments.set(segment.id, segment);
  }

  override async remove(id: number): Promise<void> {
    if (!this.segments.delete(id)) throw segmentNotFound(id);
  }

  private checkName(name: string, self: number | undefined): void {
    for (const other of this.segments.values()) {
      if (other.name === name && other.id !== self) throw segmentNameTaken(name);
    }
  }
}
