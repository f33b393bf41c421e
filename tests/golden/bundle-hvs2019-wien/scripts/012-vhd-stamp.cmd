@echo off
rem Step 12 of 23: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-wien", "identity": "be56b317-bda3-56cc-ba55-5280286005a1", "plan": "5f0ea29c91368e8e421b0321f00ccc5ee6ccd4797487773ea240194494e09331"}|| exit /b 1
