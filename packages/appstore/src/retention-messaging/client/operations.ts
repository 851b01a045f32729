/** Apple's titles of the operations. */
export const OPERATIONS = {
  uploadImage: "Upload Image",
  deleteImage: "Delete Image",
  getImageList: "Get Image List",
  uploadMessage: "Upload Message",
  deleteMessage: "Delete Message",
  getMessageList: "Get Message List",
  configureDefaultMessage: "Configure Default Message",
  getDefaultMessage: "Get Default Message",
  deleteDefaultMessage: "Delete Default Message",
  configureRealtimeUrl: "Configure Realtime URL",
  getRealtimeUrl: "Get Realtime URL",
  deleteRealtimeUrl: "Delete Realtime URL",
  initiatePerformanceTest: "Initiate Performance Test",
  getPerformanceTestResults: "Get Performance Test Results",
} as const;
