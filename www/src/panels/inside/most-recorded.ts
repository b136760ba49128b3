/** Parameters of the largest network whose norms are recorded: a step that is recorded keeps two more copies of them. */
export const MOST_RECORDED = 8e6;
