// Parts of requests that are looked at by themselves.

/** The values of new or changed rows, each as `{ number: 1 }`. */
export const valuesOf = (args) => Object.values(args.properties ?? {});

/** The conditions of a filter, without the `and` and `or` around them. */
export function conditionsOf(filter) {
  if (!filter) return [];
  const within = filter.and ?? filter.or;
  return within ? within.flatMap(conditionsOf) : [filter];
}

/** The columns of a new or changed data source, each as `{ number: {} }`. */
export const columnsOf = (args) => Object.values((args.initial_data_source ?? args).properties ?? {});
