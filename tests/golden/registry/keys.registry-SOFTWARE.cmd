@echo off
rem Step 7 of 20: 2 values and 2 keys in the image's SOFTWARE hive.
rem The key hvsbuild\Gone & 50%% must not be there, nor anything below it.
reg query "HKLM\hvsbuild-SOFTWARE\hvsbuild\Gone & 50%%" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_1
reg delete "HKLM\hvsbuild-SOFTWARE\hvsbuild\Gone & 50%%" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_1
rem The key hvsbuild\There must be there; reg add makes it with an empty default value, which is deleted.
reg query "HKLM\hvsbuild-SOFTWARE\hvsbuild\There" >nul 2>nul
if "%errorlevel%"=="0" goto present_2
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\There" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg delete "HKLM\hvsbuild-SOFTWARE\hvsbuild\There" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:present_2
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /ve /t REG_SZ /d "still here" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild" /v "Number" /t REG_DWORD /d "7" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
exit /b 0
