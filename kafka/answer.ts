import { ResponseError } from "@platformatic/kafka";

/**
 * Returns the response to a request about several items even if some of them failed: each has its own error code.
 * @throws the error if there is no response
 */
export async function answerOf<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    // The client throws an error that contains the whole response; kafkajs drops the response.
    if (error instanceof ResponseError && error.response) return error.response;
    throw error;
  }
}
