/** The elements of a JSON array, each as the text it was written in. */
export function elementsOf(row: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let inString = false;
  let from = 1;
  for (let index = 0; index < row.length; index += 1) {
    const character = row[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth === 0 && row.slice(from, index).trim() !== '') elements.push(row.slice(from, index).trim());
    } else if (character === ',' && depth === 1) {
      elements.push(row.slice(from, index).trim());
      from = index + 1;
    }
  }
  return elements;
}

/** The elements as shown: strings unquoted, null as null, everything else as written (so numbers keep their digits). */
export function cellsOf(row: string): (string | null)[] {
  return elementsOf(row).map((text) => (text === 'null' ? null : text.startsWith('"') ? String(JSON.parse(text)) : text));
}
