/**
 * Reads safetensors files of any origin. A header is checked in full before a byte of data is touched: sizes,
 * shapes and offsets must fit the file and one another.
 */
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { StudioError } from '../contract/errors.ts'
import { fileError } from '../platform/file-errors.ts'
import { openRegularFile } from '../platform/regular-file.ts'

const MAX_HEADER_BYTES = 100_000_000
const ELEMENT_BYTES = { F32: 4, I64: 8, BOOL: 1, U8: 1 } as const

const headerEntry = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
const header = z.record(z.string(), z.unknown())

export interface Tensor {
  dtype: keyof typeof ELEMENT_BYTES
  shape: number[]
  /** The position in the file, in bytes. */
  start: number
  bytes: number
}

export class SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: ReadonlyMap<string, string>
  readonly path: string
  readonly #file: FileHandle

  private constructor(
    path: string,
    file: FileHandle,
    tensors: Map<string, Tensor>,
    metadata: Map<string, string>,
  ) {
    this.path = path
    this.#file = file
    this.tensors = tensors
    this.metadata = metadata
  }

  /**
   * Throws NotFound or Io for an unreadable file, and Corrupt with the reason for any content except valid F32, I64,
   * BOOL and U8 tensors.
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await openRegularFile(path)
    try {
      const { tensors, metadata } = parseHeader(await readHeader(path, file), (await file.stat()).size, path)
      return new SafetensorsFile(path, file, tensors, metadata)
    } catch (error) {
      await file.close()
      throw fileError(error, 'read', path)
    }
  }

  /** A copy of an F32 tensor, in row-major order. */
  async readFloats(name: string): Promise<Float32Array> {
    const bytes = await this.#read(name, 'F32')
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / ELEMENT_BYTES.F32)
  }

  /** A copy of an I64 tensor. */
  async readIntegers(name: string): Promise<BigInt64Array> {
    const bytes = await this.#read(name, 'I64')
    return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / ELEMENT_BYTES.I64)
  }

  /** A copy of a BOOL tensor: one byte for each element, 1 if it is true. */
  readFlags(name: string): Promise<Uint8Array> {
    return this.#read(name, 'BOOL')
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #read(name: string, dtype: Tensor['dtype']): Promise<Uint8Array> {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new StudioError('NotFound', `${this.path} has no tensor ${name}.`, { file: this.path })
    if (tensor.dtype !== dtype) {
      throw corrupt(this.path, `tensor ${name} is ${tensor.dtype} and must be ${dtype}`)
    }
    const bytes = new Uint8Array(new ArrayBuffer(tensor.bytes))
    await readFully(this.#file, bytes, tensor.start, this.path)
    return bytes
  }
}

/** The header's JSON and the offset at which data begins. */
async function readHeader(path: string, file: FileHandle): Promise<{ text: string; dataStart: number }> {
  const { size } = await file.stat()
  if (size < 8) throw corrupt(path, 'it is shorter than a header')
  const lengthBytes = new Uint8Array(8)
  await readFully(file, lengthBytes, 0, path)
  const length = new DataView(lengthBytes.buffer).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - 8)) {
    throw corrupt(path, `its header claims ${length} bytes in a file of ${size}`)
  }
  const bytes = new Uint8Array(Number(length))
  await readFully(file, bytes, 8, path)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), dataStart: 8 + bytes.length }
  } catch {
    throw corrupt(path, 'its header is not UTF-8')
  }
}

function parseHeader(
  { text, dataStart }: { text: string; dataStart: number },
  fileBytes: number,
  path: string,
): { tensors: Map<string, Tensor>; metadata: Map<string, string> } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw corrupt(path, 'its header is not JSON')
  }
  const entries = header.safeParse(json)
  if (!entries.success) throw corrupt(path, 'its header is not an object')
  const tensors = new Map<string, Tensor>()
  let metadata = new Map<string, string>()
  for (const [name, value] of Object.entries(entries.data)) {
    if (name === '__metadata__') {
      const parsed = z.record(z.string(), z.string()).safeParse(value)
      if (!parsed.success) throw corrupt(path, '__metadata__ must map text to text')
      metadata = new Map(Object.entries(parsed.data))
    } else {
      tensors.set(name, parseTensor(name, value, dataStart, path))
    }
  }
  checkPlacement(tensors, dataStart, fileBytes, path)
  return { tensors, metadata }
}

function parseTensor(name: string, value: unknown, dataStart: number, path: string): Tensor {
  const entry = headerEntry.safeParse(value)
  if (!entry.success) throw corrupt(path, `the header's entry for ${name} is malformed`)
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = entry.data
  if (!isElementType(dtype)) {
    throw corrupt(path, `tensor ${name} is ${dtype}; only F32, I64, BOOL and U8 are read`)
  }
  const bytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype])
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw corrupt(
      path,
      `tensor ${name} of shape [${shape.join(', ')}] does not fill its ${end - begin} bytes`,
    )
  }
  return { dtype, shape, start: dataStart + begin, bytes }
}

function isElementType(dtype: string): dtype is Tensor['dtype'] {
  return Object.hasOwn(ELEMENT_BYTES, dtype)
}

/** Tensors must follow one another without gaps or overlaps and end with the file. */
function checkPlacement(
  tensors: ReadonlyMap<string, Tensor>,
  dataStart: number,
  fileBytes: number,
  path: string,
): void {
  let end = dataStart
  const ordered = [...tensors].toSorted(([, a], [, b]) => a.start - b.start || a.bytes - b.bytes)
  for (const [name, tensor] of ordered) {
    if (tensor.start !== end) throw corrupt(path, `tensor ${name} overlaps another or leaves a gap before it`)
    end += tensor.bytes
  }
  if (end !== fileBytes) throw corrupt(path, `its tensors end at byte ${end} of ${fileBytes}`)
}

async function readFully(file: FileHandle, into: Uint8Array, start: number, path: string): Promise<void> {
  let done = 0
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, start + done)
    if (bytesRead === 0) throw corrupt(path, 'it ends before its data')
    done += bytesRead
  }
}

function corrupt(path: string, what: string): StudioError {
  return new StudioError('Corrupt', `${path} is not a valid safetensors file: ${what}.`, { file: path })
}
