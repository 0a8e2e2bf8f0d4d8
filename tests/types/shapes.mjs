// What a type can hold and what values do hold, in the same words: `date.end=null`, `files[].external.url=string`.
import { judge } from "./judge.mjs";

const header = `
type Below<P extends string, K extends string> = P extends "" ? K : \`\${P}.\${K}\`;
type Shapes<T, P extends string = ""> =
  T extends null ? \`\${P}=null\`
  : T extends undefined ? never
  : T extends string ? (string extends T ? \`\${P}=string\` : \`\${P}="\${T}"\`)
  : T extends number ? (number extends T ? \`\${P}=number\` : \`\${P}=\${T}\`)
  : T extends boolean ? \`\${P}=\${T}\`
  : T extends ReadonlyArray<infer I> ? \`\${P}=[]\` | Shapes<I, \`\${P}[]\`>
  : T extends Record<string, never> ? \`\${P}={}\`
  : { [K in keyof T & string]-?: Shapes<T[K], Below<P, K>> }[keyof T & string];
`;

/** All shapes of each of the types. */
export function shapesOfTypes(types) {
  const lines = types.map((type, nth) => `export const a${nth}: never = 0 as unknown as Shapes<${type}>;`);
  return judge(lines, header).map((verdict, nth) => {
    const words = verdict?.split("\n")[0].match(/"(?:[^"\\]|\\.)*"/g);
    if (!words) throw new Error(`the compiler does not tell the shapes of ${types[nth]}: ${verdict}`);
    return words.map((word) => JSON.parse(word));
  });
}

/** All shapes that a value has, also those that a type would give for it if it were less exact. */
export function shapesOf(value, path = "") {
  if (value === null) return [`${path}=null`];
  if (Array.isArray(value)) return value.length === 0 ? [`${path}=[]`] : value.flatMap((item) => shapesOf(item, `${path}[]`));
  if (typeof value === "string") return [`${path}=string`, `${path}="${value}"`];
  if (typeof value === "number") return [`${path}=number`, `${path}=${value}`];
  if (typeof value === "boolean") return [`${path}=${value}`];
  const members = Object.entries(value);
  if (members.length === 0) return [`${path}={}`];
  return members.flatMap(([key, item]) => shapesOf(item, path ? `${path}.${key}` : key));
}
