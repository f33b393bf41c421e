@echo off
rem Step 14 of 33: 1 value in the image's SYSTEM hive.
reg add "HKLM\hvsbuild-hvs2019-SYSTEM\ControlSet001\Control\Session Manager\Memory Management" /v "PagingFiles" /t REG_MULTI_SZ /d "" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
